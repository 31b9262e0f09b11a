"""
What keeps history and refusals growing only, and how a database tells whether it is still there.

The first migration puts the guards in place, and verification looks for them: whoever wants to change a row unseen has
to take one away first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from kaohe_workflow.adapters.sql.listing_upkeep import (
    differing,
    postgres_estimates,
    postgres_functions,
    postgres_upkeep,
    sqlite_upkeep,
)
from kaohe_workflow.adapters.sql.tables import METADATA
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import TAKEN, Wire

APPEND_ONLY: Mapping[str, tuple[str, ...]] = {
    "history": ("institution_id", "case_id", "seq"),
    "refusal": ("account_id", "seq"),
}
"""Tables that only grow → their keys."""

_BODY = " BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END "


def postgres_statements() -> Iterator[str]:
    """What makes the guards on PostgreSQL."""
    yield f"CREATE OR REPLACE FUNCTION kaohe_append_only() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
    for table in APPEND_ONLY:
        yield (
            f'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON "{table}"'
            " FOR EACH ROW EXECUTE FUNCTION kaohe_append_only()"
        )
        yield (
            f'CREATE TRIGGER only_grows_whole BEFORE TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION kaohe_append_only()"
        )
    yield from postgres_upkeep()
    yield from postgres_estimates()


def sqlite_statements() -> dict[str, str]:
    """Name → what makes the guard on SQLite, which keeps this text."""
    made = {}
    for table, key in APPEND_ONLY.items():
        for verb in ("UPDATE", "DELETE"):
            made[f"{table}_no_{verb.lower()}"] = (
                f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        # INSERT OR REPLACE deletes the old row without asking the guard above, unless the connection has set
        # recursive_triggers; this one is asked before, whatever the connection has set.
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        made[f"{table}_no_replace"] = (
            f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}"'
            f' WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same})'
            f" BEGIN SELECT RAISE(ABORT, '{TAKEN}'); END"
        )
    return made | sqlite_upkeep()


_Guards = Mapping[str, object]
"""Name → how a database describes the guard."""

# The bits of pg_trigger.tgtype: for each row 1, before 2, insert 4, delete 8, update 16, truncate 32. "O": enabled.
_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16}
_ON_POSTGRES: _Guards = {
    f"{table}.{guard}": (bits, "O", True, _BODY)
    for table in APPEND_ONLY
    for guard, bits in (("only_grows", 1 + 2 + 8 + 16), ("only_grows_whole", 2 + 32))
} | {f"{table}.{guard}": (_BITS[verb], "O", True, body) for guard, table, verb, body in postgres_functions()}

_POSTGRES_GUARDS = (
    "SELECT c.relname || '.' || t.tgname, t.tgtype, t.tgenabled::text, t.tgqual IS NULL, p.prosrc"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT tablename || '.' || rulename, 0, 'O', true, definition"
    " FROM pg_rules WHERE schemaname = current_schema()"
)
_POSTGRES_KEYS = (
    "SELECT c.relname, i.indexrelid, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)"
    " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
    " AND c.relnamespace = current_schema()::regnamespace ORDER BY i.indexrelid, k.place"
)
_SQLITE_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_SQLITE_KEYS = (
    "SELECT t.name, l.name, c.name FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS l"
    " JOIN pragma_index_info(l.name) AS c"
    """ WHERE t.type = 'table' AND l."unique" AND NOT l.partial ORDER BY l.name, c.seqno"""
)


def defects(wire: Wire) -> Iterator[str]:
    """What is not as the migrations made it: guards, and the keys that keep rows from being there twice."""
    if wire.dialect.postgres:
        guards: _Guards = {guard: tuple(rest) for guard, *rest in wire.rows(_POSTGRES_GUARDS)}
        yield from _compared(_ON_POSTGRES, guards)
    else:
        yield from _compared(sqlite_statements(), dict(wire.rows(_SQLITE_GUARDS)))
    yield from _missing_keys(wire)
    for table, counting in differing():
        if count := wire.rows(counting)[0][0]:
            yield f"the listing {table} differs from what it copies in {count} rows"


def _compared(expected: _Guards, found: _Guards) -> Iterator[str]:
    for guard in sorted(expected.keys() | found.keys()):
        if guard not in found:
            yield f"the trigger {guard} is gone"
        elif guard not in expected:
            yield f"the trigger or rule {guard} is not of this schema"
        elif expected[guard] != found[guard]:
            yield f"the trigger {guard} has been changed"


def _missing_keys(wire: Wire) -> Iterator[str]:
    columns: dict[tuple[str, object], tuple[str, ...]] = {}
    for table, index, column in wire.rows(_POSTGRES_KEYS if wire.dialect.postgres else _SQLITE_KEYS):
        columns[table, index] = (*columns.get((table, index), ()), column)
    found = {(table, key) for (table, _), key in columns.items()}
    for table, key in declared_keys():
        if (table, key) not in found:
            yield sql("rows of", name(table), "may be there twice: no unique index on", names(key))


def declared_keys() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Table and columns of every primary key and unique constraint."""
    for table in METADATA.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
                yield table.name, tuple(constraint.columns.keys())

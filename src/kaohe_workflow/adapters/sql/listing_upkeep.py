"""
The triggers that keep listings: a row of SQLite at a time, the rows of a statement at once on PostgreSQL.

Four things happen to a listing: its cases come, change and go; a case begins to point to another row; a row that
cases point to comes, changes or goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kaohe_workflow.adapters.columns import SOURCES
from kaohe_workflow.adapters.sql.joined import CHOSEN
from kaohe_workflow.adapters.sql.listings import LISTINGS, Copied, Listing
from kaohe_workflow.adapters.sql.text import listed, name, names, sql

VERBS = ("INSERT", "UPDATE", "DELETE")


def _set(columns: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(sql(name(column), "=", value) for column, value in zip(columns, values, strict=True))


def _of(columns: Sequence[str], alias: str) -> list[str]:
    return [name(column, alias) for column in columns]


def _new_row(listing: Listing, source: str) -> str:
    """What puts the cases of ``source`` into the listing."""
    columns = [column for column, _ in listing.columns()]
    return sql("INSERT INTO", name(listing.table), listed(map(name, columns)), _row_of(listing, source))


def _row_of(listing: Listing, source: str) -> str:
    """What the listing should hold of the cases of ``source``: a table or a set of new rows, called "b"."""
    picked = _of(listing.own, "b") + [
        place for one in listing.copied for place in _of(one.columns, one.alias)
    ]
    joins = [
        sql("LEFT JOIN", name(one.lifecycle), "AS", name(one.alias), "ON", _meets(one, one.alias, "b"))
        for one in listing.copied
    ]
    return sql("SELECT", ", ".join(picked), "FROM", source, *joins)


def _meets(one: Copied, there: str, here: str) -> str:
    return sql(name(one.right, there), "=", name(one.left, here))


def _copies(one: Copied) -> list[str]:
    return [one.listed(column) for column in one.columns]


def differing() -> Iterator[tuple[str, str]]:
    """Listing → what counts the rows that it has and should not have, or should have and has not."""
    for listing in LISTINGS.values():
        held = sql("SELECT", names(column for column, _ in listing.columns()), "FROM", name(listing.table))
        whole = _row_of(listing, sql(name(listing.base), "AS", name("b")))
        beyond = [
            sql("SELECT * FROM (", one, "EXCEPT", two, ") AS x")
            for one, two in ((held, whole), (whole, held))
        ]
        yield listing.table, sql("SELECT count(*) FROM (", " UNION ALL ".join(beyond), ") AS y")


# On SQLite.


def sqlite_upkeep() -> dict[str, str]:
    """Name → what makes the trigger."""
    made: dict[str, str] = {}
    for listing in LISTINGS.values():
        made |= _of_cases(listing)
        for one in listing.copied:
            made |= _of_pointing(listing, one)
            made |= _of_copied(listing, one)
    return made


def _kept(title: str, verb: str, table: str, when: str, *body: str) -> dict[str, str]:
    made = sql("CREATE TRIGGER", name(title), "AFTER", verb, "ON", name(table), "WHEN" if when else "", when)
    return {title: sql(made, "BEGIN", " ".join(statement + ";" for statement in body), "END")}


def _differ(columns: Sequence[str]) -> str:
    return " OR ".join(sql(name(column, "NEW"), "IS NOT", name(column, "OLD")) for column in columns)


def _of_cases(listing: Listing) -> dict[str, str]:
    table, title = name(listing.table), listing.table
    source = sql(name(listing.base), "AS", name("b"))
    rest = [column for column in listing.own if column != "id"]
    changed = sql("UPDATE", table, "SET", _set(rest, _of(rest, "NEW")), "WHERE", name("id"), "= NEW.id")
    return (
        _kept(
            f"{title}_comes",
            "INSERT",
            listing.base,
            "",
            sql(_new_row(listing, source), "WHERE b.id = NEW.id"),
        )
        | _kept(f"{title}_changes", "UPDATE", listing.base, _differ(rest), changed)
        | _kept(f"{title}_goes", "DELETE", listing.base, "", sql("DELETE FROM", table, "WHERE id = OLD.id"))
    )


def _of_pointing(listing: Listing, one: Copied) -> dict[str, str]:
    found = sql(
        sql("SELECT", names(one.columns, one.alias), "FROM", name(one.lifecycle), "AS", name(one.alias)),
        sql("WHERE", name(one.right, one.alias), "=", name(one.left, "NEW")),
    )
    copies = listed(map(name, _copies(one)))
    taken = sql("UPDATE", name(listing.table), "SET", copies, "= (" + found + ") WHERE id = NEW.id")
    if one.left == "id":
        return {}  # it never points to another row
    return _kept(f"{listing.table}_{one.alias}", "UPDATE", listing.base, _differ([one.left]), taken)


def _of_copied(listing: Listing, one: Copied) -> dict[str, str]:
    title, table = f"{listing.table}_{one.alias}", one.lifecycle
    taken = _pointed(listing, one, "NEW", _of(one.columns, "NEW"))
    emptied = _pointed(listing, one, "OLD", ["NULL"] * len(one.columns))
    moved = sql(emptied, "AND", _differ([one.right]))
    asked = sorted({one.right, *one.columns})
    return (
        _kept(f"{title}_comes", "INSERT", table, "", taken)
        | _kept(f"{title}_changes", "UPDATE", table, _differ(asked), moved, taken)
        | _kept(f"{title}_goes", "DELETE", table, "", emptied)
    )


def _pointed(listing: Listing, one: Copied, row: str, values: Sequence[str]) -> str:
    """What gives columns of those that point to a row these values."""
    set_ = sql("UPDATE", name(listing.table), "SET", _set(_copies(one), values))
    return sql(set_, "WHERE", name(one.left), "=", name(one.right, row))


# On PostgreSQL.


def postgres_functions() -> Iterator[tuple[str, str, str, str]]:
    """Trigger, table, verb and body of the function of the same name."""
    for listing in LISTINGS.values():
        for verb, body in zip(VERBS, _bodies_of_cases(listing), strict=True):
            yield f"{listing.table}_{verb.lower()}", listing.base, verb, body
        for one in listing.copied:
            for verb, body in zip(VERBS, _bodies_of_copied(listing, one), strict=True):
                yield f"{listing.table}_{one.alias}_{verb.lower()}", one.lifecycle, verb, body


def postgres_upkeep() -> Iterator[str]:
    """What makes functions and triggers."""
    rows: Mapping[str, str] = {
        "INSERT": "NEW TABLE AS fresh",
        "UPDATE": "OLD TABLE AS stale NEW TABLE AS fresh",
        "DELETE": "OLD TABLE AS stale",
    }
    for title, table, verb, body in postgres_functions():
        yield sql(
            "CREATE FUNCTION", name(title), "() RETURNS trigger LANGUAGE plpgsql AS", "$$" + body + "$$"
        )
        yield sql(
            sql("CREATE TRIGGER", name(title), "AFTER", verb, "ON", name(table), "REFERENCING", rows[verb]),
            sql("FOR EACH STATEMENT EXECUTE FUNCTION", name(title), "()"),
        )


def postgres_estimates() -> Iterator[str]:
    """
    What lets PostgreSQL count how many rows have a value of what comes from one of two columns.

    It would guess that one in two hundred has any, and look through all by name for what nobody has.
    """
    for view, listing in LISTINGS.items():
        for field, source in SOURCES[view].items():
            if len(source.places) > 1 and all(listing.place(*place) for place in source.places):
                title = name(f"{listing.table}_{field}_estimate")
                # As the queries write it, but that a table has no other name here.
                told = CHOSEN[view].column(source).replace(name("base") + ".", "")
                yield sql("CREATE STATISTICS", title, "ON (" + told + ") FROM", name(listing.table))


def _body(*statements: str) -> str:
    return sql(
        " BEGIN", " ".join(statement + ";" for statement in statements if statement), "RETURN NULL; END "
    )


def _bodies_of_cases(listing: Listing) -> tuple[str, str, str]:
    table = name(listing.table)
    rest = [column for column in listing.own if column != "id"]
    # Whoever changes a row that is copied from just now is waited for, or waits: his columns would be the old ones.
    held = [
        sql(
            "PERFORM 1 FROM",
            name(one.lifecycle),
            "AS j JOIN fresh AS b ON",
            _meets(one, "j", "b"),
            "FOR SHARE OF j",
        )
        for one in listing.copied
        if one.left != "id"
    ]
    changed = sql(
        sql("UPDATE", table, "AS l SET", _set(rest, _of(rest, "b")), "FROM fresh AS b WHERE l.id = b.id AND"),
        sql(listed(_of(rest, "l")), "IS DISTINCT FROM", listed(_of(rest, "b"))),
    )
    pointing = [_pointing(listing, one) for one in listing.copied if one.left != "id"]
    gone = sql("DELETE FROM", table, "AS l USING stale AS b WHERE l.id = b.id")
    return (
        _body(*held, _new_row(listing, 'fresh AS "b"')),
        _body(changed, *(statement for pair in pointing for statement in pair)),
        _body(gone),
    )


def _pointing(listing: Listing, one: Copied) -> tuple[str, str]:
    moved = sql(
        "JOIN stale AS o ON o.id = b.id AND", name(one.left, "o"), "IS DISTINCT FROM", name(one.left, "b")
    )
    held = sql(
        sql(
            "PERFORM 1 FROM fresh AS b", moved, "JOIN", name(one.lifecycle), "AS j ON", _meets(one, "j", "b")
        ),
        "FOR SHARE OF j",
    )
    taken = sql(
        sql(
            "UPDATE",
            name(listing.table),
            "AS l SET",
            _set(_copies(one), _of(one.columns, "j")),
            "FROM fresh AS b",
        ),
        sql(moved, "LEFT JOIN", name(one.lifecycle), "AS j ON", _meets(one, "j", "b"), "WHERE l.id = b.id"),
    )
    return held, taken


def _bodies_of_copied(listing: Listing, one: Copied) -> tuple[str, str, str]:
    table, copies, left = name(listing.table), _copies(one), name(one.left, "l")
    taken = sql(
        sql(
            "UPDATE",
            table,
            "AS l SET",
            _set(copies, _of(one.columns, "j")),
            "FROM fresh AS j WHERE",
            left,
            "=",
        ),
        sql(
            name(one.right, "j"),
            "AND",
            listed(_of(copies, "l")),
            "IS DISTINCT FROM",
            listed(_of(one.columns, "j")),
        ),
    )
    emptied = sql(
        sql(
            "UPDATE",
            table,
            "AS l SET",
            _set(copies, ["NULL"] * len(copies)),
            "FROM stale AS o WHERE",
            left,
            "=",
        ),
        name(one.right, "o"),
    )
    still = sql("SELECT 1 FROM fresh AS j WHERE", name(one.right, "j"), "=", name(one.right, "o"))
    moved = sql(emptied, "AND NOT EXISTS (" + still + ")") if one.right != "id" else ""
    return _body(taken), _body(moved, taken), _body(emptied)

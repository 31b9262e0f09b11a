"""
Between cases and rows of their table.

The record is canonical JSON. Its sealed attributes are encrypted inside it, each bound to the table, the
attribute and the case, so that a value copied to another row does not open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kaohe_workflow.adapters.columns import kinds_of, projector
from kaohe_workflow.adapters.converters import JsonCodec, plain_json
from kaohe_workflow.adapters.sql.bulk import TableShape
from kaohe_workflow.adapters.sql.engine import Row
from kaohe_workflow.adapters.sql.tables import CASE_COLUMNS, CASES
from kaohe_workflow.adapters.sql.text import json_list
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.projection import COLUMNS, Kind
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import RecordDamaged

_RECORD = CASE_COLUMNS.index("record")
_CASE_CLASSES = (str, str, str, int, int, str, str, str, str)

_STEP_CLASSES = (str, int, int, str)
"""Of state, version, chart version and hash: what the next step goes by."""

_HASH = 64
"""Hexadecimal digits of a hash."""


@lru_cache(4096)
def _listed(ids: tuple[str, ...]) -> str:
    """Ids as a JSON list; those of institutions and their operators come again and again."""
    return json_list(ids)


@lru_cache(4096)
def _unlisted(text: str) -> tuple[str, ...]:
    ids = tuple(plain_json(text))
    if not all(type(id) is str for id in ids):
        raise TypeError("hands and homes are ids")
    return ids


class CaseTable:
    """One lifecycle's table: its columns, and how a case becomes a row and a row a case."""

    def __init__(self, lifecycle: str, record: type, codec: JsonCodec, secrets: Secrets) -> None:
        projection = COLUMNS[lifecycle]
        self.lifecycle = lifecycle
        self.by_institution = projection.by_institution
        self.shape = TableShape.of(CASES[lifecycle])
        # What a change sets: a case keeps its key. Where the key holds the institution, that is kept as
        # well (a case that moves is inserted there and deleted here).
        self.kept = 2 if projection.by_institution else 1
        self.setting = self.shape.columns[self.kept :]
        self.where = (*self.shape.columns[self.kept - 1 :: -1], "version")
        self.known: Mapping[str, Kind] = kinds_of(lifecycle)
        self._unique = [self.shape.columns.index(column) for key in projection.unique for column in key]
        self._sealed = projection.sealed
        self._record = record
        self._codec = codec
        self._secrets = secrets
        self._project = projector(lifecycle, secrets)

    def row(self, case: Case) -> Row:
        """The values of the table's columns."""
        return self._row(case, self._text_of(case))

    def claims(self, row: Row) -> tuple[str, ...]:
        """What a row holds that no other may; by it, rows have one order wherever they come from."""
        return tuple(str(row[place]) for place in self._unique)

    def _row(self, case: Case, record: str) -> Row:
        return (
            case.id,
            case.institution_id,
            case.state,
            case.version,
            case.chart_version,
            record,
            _listed(case.hands),
            _listed(case.homes),
            case.head,
            *self._project(case),
        )

    def _text_of(self, case: Case) -> str:
        if not self._sealed:
            return self._codec.canonical(case.record)
        plain = self._codec.unstructure(case.record)
        for attribute in self._sealed:
            if plain[attribute]:
                text = self._codec.written(plain[attribute])
                plain[attribute] = self._secrets.seal(self._place(attribute, case.id), text)
        return self._codec.written(plain)

    def _place(self, attribute: str, case_id: str) -> str:
        return f"{self.lifecycle}|{attribute}|{case_id}"

    def case(self, row: Sequence[Any]) -> Case:
        """
        The case of a row that begins with `CASE_COLUMNS`.

        Raises:
            RecordDamaged: it cannot be read.
        """
        try:
            return self._case(row)
        except UNREADABLE as ex:
            raise RecordDamaged(self.lifecycle, str(row[0])) from ex

    def _case(self, row: Sequence[Any]) -> Case:
        id, _, state, version, chart_version, record, hands, homes, head = row[: len(CASE_COLUMNS)]
        step = (type(state), type(version), type(chart_version), type(head))
        if step != _STEP_CLASSES or len(head) != _HASH:
            raise TypeError("state, version or hash is none")
        plain = plain_json(record)
        for attribute in self._sealed:
            plain[attribute] = self._opened(attribute, id, plain)
        return Case(
            lifecycle=self.lifecycle,
            id=id,
            state=state,
            version=version,
            chart_version=chart_version,
            record=self._codec.restore(plain, self._record),
            head=head,
            hands=_unlisted(hands),
            homes=_unlisted(homes),
        )

    def _opened(self, attribute: str, case_id: str, plain: Mapping[str, Any]) -> Any:
        sealed = plain[attribute]
        if not sealed:
            return sealed
        return plain_json(self._secrets.open(self._place(attribute, case_id), sealed))

    def compared(self, row: Row) -> tuple[Case, Row]:
        """
        The case of a whole row, and the row that would be written for it, with the seals that it has.

        Raises:
            Exception: any at all, where somebody has written over the row.
        """
        for column, value, kind in zip(CASE_COLUMNS, row, _CASE_CLASSES, strict=False):
            if type(value) is not kind:
                raise TypeError(f"the column {column} holds {value!r}")
        case = self._case(row)
        plain, sealed = self._codec.unstructure(case.record), plain_json(row[_RECORD])
        for attribute in self._sealed:
            plain[attribute] = sealed[attribute]
        return case, self._row(case, self._codec.written(plain))

    def unsealed(self, attribute: str, case_id: str, record: str) -> Any:
        """One sealed attribute out of a row's record; raises as `case`."""
        try:
            return self._opened(attribute, case_id, plain_json(record))
        except UNREADABLE as ex:
            raise RecordDamaged(self.lifecycle, str(case_id)) from ex

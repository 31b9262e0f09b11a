"""
What leaves the system about people: one unmasked number with a reason, and lists as sheets, masked.

Each is an event of the account that asks, so that it stands in its history, which nobody rewrites. Numbers are counted:
fifty a day in the long run, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.throttle import export_bucket, reserve, reveal_bucket
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.ports import Clock, Store
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE, Lists
from kaohe_workflow.application.queries.sheets import EXPORTS, Sheet
from kaohe_workflow.application.send import Door
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.account.events import Export, Reveal
from kaohe_workflow.statechart.deciding import stated
from kaohe_workflow.values.windows import CHINA

MAXIMUM_ROWS = 10_000
"""Rows of one sheet: a hospital, or a county; who wants more asks for parts."""

WriteTable = Callable[[str, Sequence[str], Sequence[Sequence[Cell]], str], bytes]
"""`(name, headings, rows, mark)` → a file that says whose it is."""


@attrs.frozen
class Revealed:
    """The whole number of a physician, and the number of 医师资格证书, which holds it."""

    physician_id: str
    id_type: str
    id_number: str = attrs.field(repr=False)
    qualification_number: str | None = attrs.field(repr=False)


@attrs.frozen
class Disclosure:
    """What leaves, over a store."""

    store: Store
    clock: Clock
    door: Door
    cases: Cases
    lists: Lists
    writers: Mapping[str, WriteTable]
    """Format of a file, `xlsx` or `csv` → what writes it."""

    def reveal(self, principal: Principal, physician_id: str, reason: str) -> Revealed:
        """
        The unmasked numbers of a physician whom the caller sees; that, and why, is kept.

        Raises:
            NotFound: no such physician, or none that the caller may know of.
            InputInvalid: ``reason-missing``, no reason that can be read.
            TooManyTries: the account has asked for too many; nothing is told.
        """
        check_arguments(("principal", principal, Principal), ("reason", reason, str))
        record = self.cases.get(principal, "affiliation", physician_id).record
        if not stated(reason):
            raise InputInvalid([Problem("$.reason", "reason-missing", "请说明查看完整证件号码的理由")])
        with self.store.begin() as unit:
            reserve(unit, [reveal_bucket(principal.account_id)], self.clock.now())
            unit.commit()
        account = principal.account_id
        self.door.send(principal, "account", account, "reveal", Reveal(physician_id), reason=reason)
        return Revealed(physician_id, record.id_type, record.id_number, record.qualification_number)

    def export(
        self, principal: Principal, name: str, filters: Mapping[str, str], format: str = "xlsx"
    ) -> bytes:
        """
        A list within the caller's scope as a file of a ``format``, with the columns that people expect.

        Numbers are masked, whoever asks and however many rows there are: nothing unmasked leaves in bulk.

        The sheet says who made it and when, and the account's history that it was made.

        Raises:
            InputInvalid: no such sheet, format or filter; ``too-many-rows``, more than fit one sheet.
            TooManyTries: the account has made too many.
        """
        sheet = EXPORTS.get(name)
        if sheet is None:
            raise InputInvalid([Problem("$.name", "export-unknown", "没有这种导出")])
        writer = self.writers.get(format)
        if writer is None:
            raise InputInvalid([Problem("$.format", "format-unknown", "文件格式应为xlsx或csv")])
        with self.store.begin() as unit:
            reserve(unit, [export_bucket(principal.account_id)], self.clock.now())
            unit.commit()
        rows = self._rows(principal, sheet, filters)
        cells = sheet.cells(self.store, rows)
        self.door.send(principal, "account", principal.account_id, "export", Export(name, len(rows)))
        return writer(sheet.title, sheet.headings, cells, self._mark(principal))

    def _rows(
        self, principal: Principal, sheet: Sheet, filters: Mapping[str, str]
    ) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        after = None
        while True:
            page = self.lists.page(principal, sheet.listed, filters, after=after, limit=MAXIMUM_PAGE)
            rows += page.rows
            if len(rows) > MAXIMUM_ROWS:
                message = f"导出超过{MAXIMUM_ROWS}行，请用筛选条件缩小范围"
                raise InputInvalid([Problem("$.filters", "too-many-rows", message)])
            if page.next is None:
                return rows
            after = page.next

    def _mark(self, principal: Principal) -> str:
        now = self.clock.now().astimezone(CHINA)
        return f"账户{principal.account_id}于{now:%Y-%m-%d %H:%M:%S}导出，证件号码已脱敏，请勿外传"

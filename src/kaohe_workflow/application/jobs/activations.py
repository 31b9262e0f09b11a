"""
开通单: activation codes for many physicians who have never had a password, as sheets to print and to hand out.

A code is told on its sheet and nowhere else: of it the store keeps a hash. A sheet is given out once, and not at all
once it is over; whoever has lost one has codes issued anew, which makes the lost ones void.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.activation import IssuedCode
from kaohe_workflow.application.accounts.throttle import activation_bucket, reserve
from kaohe_workflow.application.admission import might_send
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE, Lists
from kaohe_workflow.errors import (
    InputInvalid,
    KaoheError,
    NotPermitted,
    Problem,
    StoreUnavailable,
    TooManyTries,
)
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import AccountKind
from kaohe_workflow.values.windows import CHINA

PORTION = 20
"""Codes of one sheet: as many as anybody resets passwords at once."""

KEPT_FOR = timedelta(days=1)
"""How long sheets lie there once the last one is made; what nobody has fetched is dropped then."""

MOST_ACCOUNTS = 2_000
"""Accounts of one errand; a sheet every three minutes, that is five hours."""

UNUSED: Mapping[str, str] = {
    "kind": AccountKind.PHYSICIAN.value,
    "state": "not_activated",
    "used": "false",
}
"""Filters of the list of accounts: whoever has had a password is reset one by one, with a reason."""

HEADINGS = ("序号", "卫生机构", "科室", "姓名", "账号（证件号码）", "激活码", "有效期至")

WriteSheet = Callable[[str, Sequence[str], Sequence[Sequence[Cell]], str], bytes]
Issue = Callable[[Principal, str], IssuedCode]


@attrs.frozen
class ActivationSheets:
    """
    Sheets over a store.

    ``issue`` issues one code, for an account that is not activated; ``write`` makes a workbook.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    lists: Lists
    issue: Issue
    write: WriteSheet

    def chosen(self, principal: Principal, filters: Mapping[str, str]) -> list[str]:
        """
        The accounts of the physicians that filters of the list of physicians find, of those never used.

        Raises:
            NotPermitted: the caller issues codes to nobody.
            InputInvalid: ``errand-empty``: there is none; ``errand-large``: more than `MOST_ACCOUNTS`; a filter is
                unknown or its value is none.
        """
        if not might_send(self.catalogue, principal, "account", "issue_code"):
            raise NotPermitted("account", "issue_code")
        asked = {str(row["id"]) for row in self._rows(principal, "physicians", filters)} if filters else None
        found: list[str] = []
        for row in self._rows(principal, "accounts", UNUSED):
            if asked is None or str(row["physician_id"]) in asked:
                found.append(str(row["id"]))
            if len(found) > MOST_ACCOUNTS:
                message = f"一次至多{MOST_ACCOUNTS}个账户，请用筛选条件缩小范围"
                raise InputInvalid([Problem("$.filters", "errand-large", message)])
        if not found:
            raise InputInvalid([Problem("$.filters", "errand-empty", "没有从未开通的医师账户")])
        return found

    def _rows(
        self, principal: Principal, name: str, filters: Mapping[str, str]
    ) -> Iterator[Mapping[str, Any]]:
        after = None
        while True:
            page = self.lists.page(principal, name, filters, order="name", after=after, limit=MAXIMUM_PAGE)
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def reserve(self, unit: UnitOfWork, account_id: str) -> datetime | None:
        """Count a sheet of the account's, at its pace; when there may be one, None where it is counted."""
        try:
            reserve(unit, [activation_bucket(account_id)], self.clock.now())
        except TooManyTries as ex:
            return ex.retry_at
        return None

    def sheet(self, principal: Principal, account_ids: Sequence[str]) -> tuple[int, bytes | None]:
        """
        Issue codes to these accounts, and put them on one sheet; for how many, and none where there is nobody.

        Whoever has been given a password meanwhile keeps it, and is left out.

        Raises:
            StoreUnavailable: the store does not answer; done again, the codes are others.
        """
        codes: dict[str, IssuedCode] = {}
        for id in account_ids:
            try:
                codes[id] = self.issue(principal, id)
            except StoreUnavailable:
                raise
            except KaoheError:
                continue
        if not codes:
            return 0, None
        mark = "激活码只在本单上显示，请当面交付本人；本单取走或到期后系统不再保存"
        return len(codes), self.write("开通单", HEADINGS, self._cells(codes), mark)

    def _cells(self, codes: Mapping[str, IssuedCode]) -> list[list[Cell]]:
        with self.store.begin(write=False) as unit:
            accounts = unit.read("account", list(codes))
            of_person = {str(case.record.physician_id): id for id, case in accounts.items()}
            persons = unit.page(
                "physician",
                Scope.everything(),
                [Where("id", "in", tuple(of_person))],
                order=Order("name"),
                after=None,
                limit=len(of_person),
            )
        return [
            [
                number,
                row["institution_name"],
                row["department"] or "",
                shown_name(row["name"], row["phone"]),
                mask(row["id_number"]),
                codes[of_person[str(row["id"])]].code,
                f"{codes[of_person[str(row['id'])]].expires_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            ]
            for number, row in enumerate(persons, 1)
        ]

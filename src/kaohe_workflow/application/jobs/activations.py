"""
开通单: activation codes for many physicians who have never had a password, as sheets to print and to hand out.

A code is told on its sheet and nowhere else: of it the store keeps a hash. A sheet is given out once, and not at all
once it is over; whoever has lost one has codes issued anew, which makes the lost ones void.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
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
    NotFound,
    NotPermitted,
    Problem,
    RequestRefused,
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
Issue = Callable[[Principal, str, int], IssuedCode]
"""Issues a first code to an account, which must still be at this version."""


@attrs.frozen
class ActivationSheets:
    """
    Sheets over a store.

    ``issue`` issues one code, for an account that is not activated; ``write`` makes a workbook. ``most`` is how many
    accounts an errand may have.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    lists: Lists
    issue: Issue
    write: WriteSheet
    most: int = MOST_ACCOUNTS

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
        found = [str(row["id"]) for row in self._unused(principal, filters)]
        if not found:
            raise InputInvalid([Problem("$.filters", "errand-empty", "没有从未开通的医师账户")])
        if len(found) > self.most:
            raise self._too_many()
        return found

    def _unused(self, principal: Principal, filters: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """
        The unused accounts of the physicians asked for, one more than the most at most, by name.

        Accounts and physicians are two lists: the shorter one is gone through, and the other one asked about each page
        of it, so that a request looks at no more than `MOST_ACCOUNTS` of either.
        """
        if self._many(principal, "accounts", UNUSED):
            if not filters or self._many(principal, "physicians", filters):
                raise self._too_many()
            pages = (
                self._rows(principal, "accounts", UNUSED, Where("physician_id", "in", _ids(page, "id")))
                for page in self._pages(principal, "physicians", filters)
            )
            return list(chain.from_iterable(pages))
        found: list[Mapping[str, Any]] = []
        for page in self._pages(principal, "accounts", UNUSED):
            among = Where("id", "in", _ids(page, "physician_id"))
            asked = self._rows(principal, "physicians", filters, among) if filters else page
            ids = set(_ids(asked, "id" if filters else "physician_id"))
            found += [row for row in page if str(row["physician_id"]) in ids]
        return found

    def _many(self, principal: Principal, name: str, filters: Mapping[str, str]) -> bool:
        return sum(self.lists.count(principal, name, filters).values()) > self.most

    def _too_many(self) -> InputInvalid:
        message = f"一次至多{self.most}个账户，请用筛选条件缩小范围"
        return InputInvalid([Problem("$.filters", "errand-large", message)])

    def _pages(
        self, principal: Principal, name: str, filters: Mapping[str, str]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        after = None
        while True:
            page = self.lists.page(principal, name, filters, order="name", after=after, limit=MAXIMUM_PAGE)
            yield page.rows
            if page.next is None:
                return
            after = page.next

    def _rows(
        self, principal: Principal, name: str, filters: Mapping[str, str], among: Where
    ) -> Sequence[Mapping[str, Any]]:
        """Rows of a list among as many as stand on a page."""
        return self.lists.page(principal, name, filters, order="name", limit=MAXIMUM_PAGE, among=among).rows

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

        Whoever has set a password meanwhile keeps it, or the code that it was reset to, and is left out; so is whose
        account is refused to the caller by now.

        Raises:
            KaoheError: for whatever says nothing of the account (others were first, no place to compute a hash, no
                store). Done again, the codes are others, and nobody has been told these.
        """
        codes: dict[str, IssuedCode] = {}
        for id in account_ids:
            with self.store.begin(write=False) as unit:
                account = unit.read("account", [id]).get(id)
            if account is None or account.record.used:
                continue
            try:
                codes[id] = self.issue(principal, id, account.version)
            except TooManyTries:
                raise
            except (RequestRefused, NotFound):
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


def _ids(rows: Sequence[Mapping[str, Any]], field: str) -> tuple[str, ...]:
    return tuple(str(row[field]) for row in rows)

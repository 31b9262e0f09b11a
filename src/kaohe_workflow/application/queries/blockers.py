"""
Who keeps a department from being deleted (手册 2.2.3): what the refusal of 删除 says in one word, person by person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, reaches, scope
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.drafts import drafts_naming
from kaohe_workflow.application.phases import FILED
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.asked import check_rows
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.resident_id import mask

MOST = 200
"""The most rows of each kind in one answer."""


@attrs.frozen
class Blocker:
    """
    One case that stands in the way.

    ``id`` is the physician's own among physicians, the assessment's among drafts and filings; ``cycle_id`` is None
    among physicians. ``id_number`` is masked.
    """

    id: str
    physician_id: str
    name: str
    id_number: str
    state: str
    cycle_id: str | None


@attrs.frozen
class Blocking:
    """The cases of one kind: how many there are in all, and the first of them by id."""

    total: int
    items: tuple[Blocker, ...]


@attrs.frozen
class Blockers:
    """
    What blocks the deletion of a department, by the facts that refuse it.

    ``physicians`` (`no_physicians`) are attached in it; ``drafts`` (`no_draft`) are registrations that are still being
    written and name it; ``filings`` (`no_filing`) were filed with it and have not ended. A returned registration may
    be among drafts and filings both. All empty: nothing stands in the way.
    """

    physicians: Blocking
    drafts: Blocking
    filings: Blocking


@attrs.frozen
class DepartmentBlockers:
    """The question over a store, for callers of any role."""

    store: Store
    cases: Cases

    def show(self, principal: Principal, department_id: str, *, limit: int = 20) -> Blockers:
        """
        What blocks the deletion of a department, the first ``limit`` (1–200) of each kind.

        For the institution whose department it is and the administrations above it. An agency, a physician and an
        auditor may see the department; whom it holds is not their affair.

        Raises:
            NotFound: no such department, or none that the caller may know of.
            NotPermitted: the caller sees the department and is neither its institution nor above it.
            InputInvalid: an argument is not as said here.
            RecordDamaged: a case cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("department_id", department_id, str))
        check_rows("id", None, limit, MOST)
        with self.store.begin(write=False) as unit:
            case, standing = self.cases.standing(unit, principal, "department", department_id)
            if not reaches(principal, standing):
                raise NotPermitted("department", "blockers")
            return _Asked(unit, scope(principal), case, limit).all()


@attrs.frozen
class _Asked:
    unit: UnitOfWork
    seen: Scope
    department: Case
    limit: int

    def all(self) -> Blockers:
        within = Where("institution_id", "eq", self.department.institution_id)
        here = Where("department_id", "eq", self.department.id)
        return Blockers(
            physicians=self._found("physician", [within, here, Where("state", "eq", "attached")]),
            drafts=self._drafts(),
            filings=self._found("assessment", [within, here, Where("state", "in", FILED)]),
        )

    def _drafts(self) -> Blocking:
        """What a draft names is no field of a view: those that name the department are found by themselves."""
        written = self.unit.find("assessment", drafts_naming([self.department]))
        ids = tuple(case.id for case in written)
        if not ids:
            return Blocking(0, ())
        first = self._found("assessment", [Where("id", "in", ids[: self.limit])])
        return attrs.evolve(first, total=len(ids))

    def _found(self, view: str, where: Sequence[Where]) -> Blocking:
        rows = self.unit.page(view, self.seen, where, order=Order(), after=None, limit=self.limit)
        total = self.unit.count(view, self.seen, where)[()] if rows else 0
        return Blocking(total, tuple(_shown(row) for row in rows))


def _shown(row: Mapping[str, Any]) -> Blocker:
    return Blocker(
        id=row["id"],
        physician_id=row["physician_id"],
        name=shown_name(row["name"], row["phone"]),
        id_number=mask(row["id_number"]),
        state=row["state"],
        cycle_id=row.get("cycle_id"),
    )

"""
How far the opening of a cycle's cases is: who asked for it, when, and of how many physicians how many have a case.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from kaohe_workflow.application.access import Principal, visible
from kaohe_workflow.application.actors import in_words
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.stored import Case, Opening
from kaohe_workflow.values.errands import OpeningStanding


@attrs.frozen
class CycleOpening:
    """
    How far it is.

    Of ``expected`` physicians ``opened`` have a case and ``refused`` were given none; before the first page, and where
    the cycle was never published, nobody is expected yet (None). ``went_on_at`` is when the last page was done.
    ``published_by`` is the account that published the cycle and ``publisher`` who that is in words: told to those alone
    who may read the cycle's history, None to everybody else.
    """

    cycle_id: str
    standing: OpeningStanding
    expected: int | None
    opened: int
    refused: int
    published_at: datetime | None
    went_on_at: datetime | None
    published_by: str | None
    publisher: str | None


@attrs.frozen
class Openings:
    """Questions about the job that follows when a cycle is published."""

    cases: Cases

    def of_cycle(self, principal: Principal, cycle_id: str) -> CycleOpening:
        """
        How far the cases of a cycle are opened: not begun, waiting, running, ended, or stopped.

        It is stopped when the cycle is discarded before everybody was looked at: from then on nobody is given a case.
        It reads the cycle, its history and one row, however many physicians there are.

        Raises:
            NotFound: no such cycle, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(("principal", principal, Principal), ("cycle_id", cycle_id, str))
        with self.cases.store.begin(write=False) as unit:
            cycle, standing = self.cases.standing(unit, principal, "cycle", cycle_id)
            told = visible(principal, attrs.evolve(standing, shared="no"))
            return self._opening(unit, cycle, told=told)

    def _opening(self, unit: UnitOfWork, cycle: Case, *, told: bool) -> CycleOpening:
        published = next((row for row in unit.history(cycle) if row.event == "publish"), None)
        noted = unit.opening(cycle.id)
        account = self.cases.codec.parse(published.body)["actor"]["account"] if published and told else None
        return CycleOpening(
            cycle_id=cycle.id,
            standing=OpeningStanding.NOT_BEGUN if published is None else _standing(cycle, noted),
            expected=noted.expected if noted else None,
            opened=noted.opened if noted else 0,
            refused=noted.refused if noted else 0,
            published_at=published.at if published else None,
            went_on_at=noted.went_on_at if noted else None,
            published_by=account,
            publisher=in_words(unit, {account}).get(account) if account else None,
        )


def _standing(cycle: Case, noted: Opening | None) -> OpeningStanding:
    if noted is not None and noted.standing is OpeningStanding.ENDED:
        return OpeningStanding.ENDED
    if cycle.state not in RUNNING:
        # Whether the job has seen it yet or not: nobody is given a case any more.
        return OpeningStanding.STOPPED
    return OpeningStanding.WAITING if noted is None else noted.standing

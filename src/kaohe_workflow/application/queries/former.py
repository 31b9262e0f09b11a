"""
What an institution keeps of a case that has gone to another one: its own opinions and its own steps.

A physician who is moved by force takes the assessment along, and the former institution knows nothing of it from then
on but what it has done there itself. That stays readable: who has given an opinion answers for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.ports import Codec, Store
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.stored import Case, HistoryRow
from kaohe_workflow.errors import NotFound, RecordDamaged
from kaohe_workflow.lifecycles.assessment.case import Opinions
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.values.terms import AccountKind, Relation

OPINIONS = frozenset({"submit_opinion", "renew_opinion"})
"""Events of an assessment by which an institution has given its opinion; a draft is none."""

_OWN = f":{Relation.OWN.value}"


def was_home(principal: Principal, case: Case) -> bool:
    """
    Whether the caller acts for an institution that the case has belonged to, be it for another one by now.

    An operator of some departments acts for these, and nobody is in a department of the institution any more.
    """
    acts = principal.kind is AccountKind.ORGANISATION and not principal.is_held and not principal.is_limited
    return acts and principal.organisation_id in case.homes


def own_steps(
    codec: Codec, principal: Principal, rows: Sequence[HistoryRow]
) -> list[tuple[HistoryRow, dict[str, Any]]]:
    """Of a case's steps those that the caller's institution has taken while the case was its own, with their bodies."""
    bodies = [(row, codec.parse(row.body)) for row in rows if row.institution_id == principal.organisation_id]
    return [
        (row, body) for row, body in bodies if any(grant.endswith(_OWN) for grant in body["actor"]["grants"])
    ]


@attrs.frozen
class PastOpinion:
    """An opinion as it was given: by which step, when, and what it says; None where what was said is erased."""

    seq: int
    event: str
    at: datetime
    opinions: Opinions | None


@attrs.frozen
class PastOpinions:
    """The opinions that an institution has given, over a store."""

    store: Store
    codec: Codec

    def given(self, principal: Principal, assessment_id: str) -> tuple[PastOpinion, ...]:
        """
        Every opinion that the caller's institution has given on an assessment, oldest first, whosever it is now.

        Raises:
            NotFound: no such assessment, or it was never the caller's institution's.
            InputInvalid: an argument is not of the kind that is declared.
            RecordDamaged: the history cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("assessment_id", assessment_id, str))
        with self.store.begin(write=False) as unit:
            case = unit.read("assessment", [assessment_id]).get(assessment_id)
            if case is None or not was_home(principal, case):
                raise NotFound("assessment", assessment_id)
            try:
                said = {enclosure.seq: enclosure.content for enclosure in unit.enclosures(case)}
                return tuple(
                    PastOpinion(row.seq, row.event, row.at, self._opinions(said.get(row.seq)))
                    for row, _ in own_steps(self.codec, principal, unit.history(case))
                    if row.event in OPINIONS
                )
            except UNREADABLE as ex:
                raise RecordDamaged("assessment", assessment_id) from ex

    def _opinions(self, content: str | None) -> Opinions | None:
        if content is None:
            return None
        given: GiveOpinion = self.codec.structure(self.codec.parse(content)["payload"], GiveOpinion)
        return given.opinions

"""
What an institution keeps of a case that has gone to another one: its own opinions and its own steps.

A physician who is moved by force takes the assessment along, and the former institution knows nothing of it from then
on but what it has done there itself. That stays readable: who has given an opinion answers for it. A list tells which
cases it was asked about: each as it was when it went, and nothing of what has become of it but the name and number that
the physician has today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.ports import Codec, Store, UnitOfWork
from kaohe_workflow.application.projection import Kind
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.stored import Case, HistoryRow
from kaohe_workflow.errors import NotFound, RecordDamaged
from kaohe_workflow.lifecycles.assessment.case import Opinions
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.values.terms import AccountKind, Relation

OPINIONS = frozenset({"submit_opinion", "renew_opinion"})
"""Events of an assessment by which an institution has given its opinion; a draft is none."""

ASKED = "submit"
"""The event of an assessment by which a physician asks the own institution for its opinion."""

AS_IT_WENT: Mapping[str, Kind] = MappingProxyType({"state": "text", "given_at": "instant"})
"""What a row of the list tells of the case as it was when it went, and the kind of each."""

_OWN = f":{Relation.OWN.value}"


def was_home(principal: Principal, case: Case) -> bool:
    """
    Whether the caller acts for an institution that the case has belonged to, be it for another one by now.

    An operator of some departments acts for these, and nobody is in a department of the institution any more.
    """
    return _acts(principal) and principal.organisation_id in case.homes


def _acts(principal: Principal) -> bool:
    """Whether the caller acts for a whole organisation."""
    return principal.kind is AccountKind.ORGANISATION and not principal.is_held and not principal.is_limited


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


@attrs.frozen
class Gone:
    """
    An assessment as it was when it went to another institution from one that had been asked for its opinion.

    ``given_at`` is when that one has given its last opinion, None where the case went before it had.
    """

    state: str
    given_at: datetime | None

    def meets(self, asked: Where) -> bool:
        """Whether what is asked of it, by one of `AS_IT_WENT`, holds."""
        told = getattr(self, asked.field)
        if asked.operator in ("null", "not_null"):
            return (told is None) is (asked.operator == "null")
        return bool(told == asked.value)


def gone(unit: UnitOfWork, codec: Codec, principal: Principal) -> dict[str, Gone]:
    """
    By id, the assessments that have gone from the caller's institution to another one after it was asked about them.

    Only somebody who is moved by force takes the case along, so there are few.

    Raises:
        RecordDamaged: a case or its history cannot be read any more.
    """
    if not _acts(principal):
        return {}
    own = str(principal.organisation_id)
    cases = unit.read("assessment", unit.gone_from("assessment", own))
    found = {}
    for id, rows in unit.histories(list(cases.values())).items():
        try:
            left = _as_it_went(codec, principal, [row for row in rows if row.institution_id == own])
        except UNREADABLE as ex:
            raise RecordDamaged("assessment", id) from ex
        if left is not None:
            found[id] = left
    return found


def _as_it_went(codec: Codec, principal: Principal, rows: Sequence[HistoryRow]) -> Gone | None:
    """What the steps while the case was the institution's come to; None where nobody has asked for its opinion."""
    given = [row for row, _ in own_steps(codec, principal, rows) if row.event in OPINIONS]
    if not given and all(row.event != ASKED for row in rows):
        return None
    return Gone(codec.parse(rows[-1].body)["to"], given[-1].at if given else None)


def rows_of_gone(found: Mapping[str, Gone], where: Sequence[Where]) -> tuple[Scope, list[Where]]:
    """The rows of these cases that meet what is asked: by themselves as they went, by their view in everything else."""
    asked = [one for one in where if one.field in AS_IT_WENT]
    ids = tuple(id for id, left in found.items() if all(left.meets(one) for one in asked))
    return Scope(((Where("id", "in", ids),),)), [one for one in where if one.field not in AS_IT_WENT]

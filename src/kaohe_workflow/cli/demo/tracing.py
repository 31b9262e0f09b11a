"""
What has become of each physician, read from the store: cases, their history, and the audit of refusals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import attrs

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case, HistoryRow
from kaohe_workflow.statechart.deciding import Actor, GuardUnmet, Refused
from kaohe_workflow.values.citations import Citation
from kaohe_workflow.values.terms import PaperKind, Procedure, Stage


@attrs.frozen
class RefusedEvent:
    """
    An event that was refused: for a filing the procedure that it asked for, and the conditions that did not hold, each
    with where its rule stands.
    """

    event: str
    procedure: str
    unmet: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Trace:
    """
    One physician's assessment as it is, and how it came there.

    ``events`` are (event, state it was sent in), ``entered`` the states it has been in; ``exemption`` those of the
    application for exemption, empty without one. ``scores`` are those recorded, by paper and stage.
    """

    id_number: str
    state: str
    stage: Stage | None
    ever_submitted: bool
    events: frozenset[tuple[str, str]]
    entered: frozenset[str]
    exemption: frozenset[str]
    refused: tuple[RefusedEvent, ...]
    scores: Mapping[tuple[PaperKind, Stage], Decimal]

    def has(self, *events: str) -> bool:
        """Whether one of these events was ever sent."""
        return any(event in events for event, _ in self.events)

    @property
    def refused_simplified(self) -> int:
        """How often a filing under 简易程序 was refused."""
        return sum((one.event, one.procedure) == ("submit", Procedure.SIMPLIFIED) for one in self.refused)

    def unmet(self, *events: str) -> tuple[str, ...]:
        """What stood in the way of the last of these events that was refused."""
        return next((one.unmet for one in reversed(self.refused) if one.event in events), ())


def traces(application: Application, institution_id: str, cycle_id: str) -> dict[str, Trace]:
    """The traces of everybody of an institution who has a case in a cycle, by normalised number."""
    with application.store.begin(write=False) as unit:
        return _Reading(application, unit, cycle_id).traces(institution_id)


class _Reading:
    """Reads everything about one cycle in few queries; used once."""

    def __init__(self, application: Application, unit: UnitOfWork, cycle_id: str) -> None:
        self._application = application
        self._unit = unit
        self._cycle_id = cycle_id

    def traces(self, institution_id: str) -> dict[str, Trace]:
        here = Where("institution_id", "eq", institution_id)
        people = {case.id: case for case in self._unit.find("affiliation", [here])}
        cases = [case for case in self._of_cycle("assessment") if case.record.physician_id in people]
        exemptions = self._of_cycle("exemption")
        histories = self._unit.histories(cases)
        exempted = self._unit.histories(exemptions)
        steps_of_exemption = {case.record.assessment_id: exempted.get(case.id, []) for case in exemptions}
        scores, refused = self._scores(), self._refused()
        return {
            people[case.record.physician_id].record.id_number: Trace(
                id_number=people[case.record.physician_id].record.id_number,
                state=case.state,
                stage=case.record.stage,
                ever_submitted=case.record.ever_submitted,
                events=frozenset((row.event, self._body(row.body)["from"]) for row in histories[case.id]),
                entered=self._entered(histories[case.id]),
                exemption=self._entered(steps_of_exemption.get(case.id, [])),
                refused=tuple(refused[case.id]),
                scores=scores[case.id],
            )
            for case in cases
        }

    def _of_cycle(self, lifecycle: str) -> list[Case]:
        return self._unit.find(lifecycle, [Where("cycle_id", "eq", self._cycle_id)])

    def _body(self, text: str) -> Mapping[str, Any]:
        body: Mapping[str, Any] = self._application.codec.parse(text)
        return body

    def _entered(self, rows: Sequence[HistoryRow]) -> frozenset[str]:
        return frozenset(self._body(row.body)["to"] for row in rows)

    def _scores(self) -> Mapping[str, dict[tuple[PaperKind, Stage], Decimal]]:
        found: defaultdict[str, dict[tuple[PaperKind, Stage], Decimal]] = defaultdict(dict)
        for paper in self._of_cycle("evaluation"):
            record = paper.record
            if record.score is not None:
                found[record.assessment_id][record.kind, record.stage] = record.score
        return found

    def _refused(self) -> Mapping[str, list[RefusedEvent]]:
        found: defaultdict[str, list[RefusedEvent]] = defaultdict(list)
        for account_id in self._unit.every_refusing_account():
            for refusal in self._unit.refusals(account_id):
                body = self._body(refusal.body)
                if body["lifecycle"] == "assessment":
                    procedure = body["facts"].get("procedure", "")
                    unmet = self._unmet(body, refusal.at)
                    found[body["case"]].append(RefusedEvent(body["event"], procedure, unmet))
        return found

    def _unmet(self, body: Mapping[str, Any], at: Any) -> tuple[str, ...]:
        """Why it was refused, decided again from what was looked at."""
        catalogue = self._application.catalogue
        parameters = catalogue.moment(at).parameters
        engine = catalogue.engine(body["lifecycle"], body["chart_version"], parameters)
        grants = frozenset((pair.split(":")[0], pair.split(":")[1]) for pair in body["actor"]["grants"])
        outcome = engine.decide(body["from"], body["event"], Actor(grants), SimpleNamespace(**body["facts"]))
        reasons = outcome.reasons if isinstance(outcome, Refused) else ()
        return tuple(_with_source(reason) for reason in reasons if isinstance(reason, GuardUnmet))


def _with_source(reason: GuardUnmet) -> str:
    sources = "、".join(Citation.parse(cite).label for cite in reason.cites)
    return f"{reason.label}（{sources}）" if sources else reason.label

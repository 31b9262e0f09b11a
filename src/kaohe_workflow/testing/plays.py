"""
What people do in a world, as data: a move names who does what to whom by part, not by id, so that the same moves can
be played in several worlds side by side.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.send import Receipt
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import ConcurrentTransition, KaoheError
from kaohe_workflow.testing.carried import CARRIED, PAPERS, nothing
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.repertoire import BELONGING, MAKES, OF_A_DRAFT
from kaohe_workflow.values.terms import AccountKind
from kaohe_workflow.values.windows import CycleWindows


@attrs.frozen
class Move:
    """
    One thing that somebody does.

    ``part`` acts; ``person`` is the index of the physician it is about; ``paper`` picks stage and kind; ``choice``
    picks among the payloads of the event, good ones first.
    """

    part: str
    lifecycle: str
    event: str
    person: int = 0
    paper: int = 0
    choice: int = 0
    reason: str | None = "已核实"


@attrs.frozen
class Outcome:
    """What became of a move: the receipt, or the error's code with the codes of its reasons."""

    receipt: Receipt | None
    codes: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Any, ...]:
        """What is the same in every store: event, states and version, or the codes."""
        receipt = self.receipt
        return (receipt.event, receipt.source, receipt.state, receipt.version) if receipt else self.codes


@attrs.define
class Play:
    """A world in which moves are played; ``people`` are in the order in which they came."""

    journeys: Journeys
    people: list[Traveller] = attrs.field(factory=list)
    seconds: int = 0

    def join(self, *, elsewhere: bool = False, **given: Any) -> Traveller:
        """A new physician comes."""
        traveller = self.journeys.newcomer(self.journeys.elsewhere if elsewhere else None, **given)
        self.people.append(traveller)
        return traveller

    def play(self, move: Move) -> Outcome:
        """Send the event of a move; an error of this library is an outcome, any other is not."""
        world = self.journeys.world
        makes = (move.lifecycle, move.event) in MAKES
        case_id = None if makes else self.target(move)
        payload = self.making(move) if case_id is None else self.payload(move)
        if payload is None:
            return Outcome(None, ("nobody",))
        try:
            principal = self.principal(move)
            if move.event == "print" and case_id is not None:
                receipt = world.application.certificates.issue(principal, case_id)
            else:
                receipt = world.send(
                    principal, move.lifecycle, case_id, move.event, payload, reason=move.reason
                )
        except ConcurrentTransition:
            raise
        except KaoheError as ex:
            reasons = getattr(ex, "reasons", ())
            return Outcome(None, (ex.code, *(getattr(one, "name", one.code) for one in reasons)))
        return Outcome(receipt)

    def making(self, move: Move) -> Any:
        """What the event of a move carries that makes a case, with what it is about; None where there is nobody."""
        about_nobody = (move.lifecycle, move.event) in MAKES or move.lifecycle == "agency_application"
        if about_nobody and move.lifecycle != "amendment":
            return self.payload(move)
        if not self.people:
            return None
        payload, assessment_id = self.payload(move), self.people[move.person].case_id
        match move.lifecycle, move.event:
            case "amendment", "create":
                return payload
            case ("recusal", "request" | "declare"):
                return attrs.evolve(payload, assessment_id=assessment_id)
            case lifecycle, "apply" if lifecycle in BELONGING:
                return attrs.evolve(payload, assessment_id=assessment_id)
            case "cheating", "mark":
                paper = self.target(attrs.evolve(move, lifecycle="evaluation"))
                return attrs.evolve(payload, assessment_id=assessment_id, evaluation_id=paper)
        return None

    def payload(self, move: Move) -> Any:
        """What the event of a move carries."""
        return CARRIED.get((move.lifecycle, move.event), nothing)(self, move)

    def principal(self, move: Move) -> Principal:
        """Who acts; the colleague is another natural person each time, a physician the owner of the own account."""
        if move.part == "physician":
            principal = self.people[move.person].principal
            owned = self.target(move) if move.lifecycle == "account" else None
            return principal if owned is None else attrs.evolve(principal, account_id=owned)
        if move.part == "colleague":
            self.seconds += 1
            return attrs.evolve(self.journeys.colleague, operator_id=f"second-{self.seconds}")
        if move.part == "auditor":
            county = self.journeys.world.county
            return attrs.evolve(
                county, account_id="account-of-auditor", kind=AccountKind.AUDITOR, operator_id="auditor"
            )
        found: Principal = getattr(self.journeys.world, move.part, None) or getattr(self.journeys, move.part)
        return found

    def target(self, move: Move) -> str | None:
        """The id of the case that a move is about, None where there is none."""
        if move.lifecycle in ("cycle", "department", "agency_application", "institution"):
            return self._of_office(move)
        if move.lifecycle == "account" and move.paper > 2:
            return self.newest("account")
        if move.lifecycle in ("announcement", "spot_check"):
            return self.newest_of(move.lifecycle)
        if move.lifecycle == "enrolment_list":
            return self.journeys.world.list_of(self.journeys.world.hospital)
        if move.lifecycle == "result_report":
            return self.journeys.world.report_of(self.journeys.world.agency)
        if not self.people:
            return None
        person = self.people[move.person]
        if move.lifecycle == "affiliation":
            return person.physician_id
        if move.lifecycle == "assessment":
            return person.case_id
        found = self.of(move.person, move.lifecycle)
        if move.lifecycle == "evaluation":
            stage, kind = PAPERS[move.paper % len(PAPERS)]
            found = [paper for paper in found if (paper.record.stage, paper.record.kind) == (stage, kind)]
        return found[-1].id if found else None

    def _of_office(self, move: Move) -> str | None:
        """The id of the organisation, or of the case of one; ``paper`` picks which, that of most moves first."""
        world = self.journeys.world
        match move.lifecycle:
            case "cycle":
                return self.newest("cycle") if move.event in OF_A_DRAFT else world.cycle_id
            case "department":
                return self.newest("department") if move.paper == 3 else self.journeys.department_id
            case "institution":
                named = (world.hospital, world.agency, self.journeys.elsewhere, world.province)
                return self.newest("institution") if move.paper > 3 else named[move.paper].organisation_id
            case _:
                applying = (world.agency, world.hospital, self.journeys.elsewhere)
                return world.application_of(applying[move.paper % 3])

    def newest(self, lifecycle: str) -> str:
        """The id of the case of a lifecycle that was made last."""
        with self.journeys.world.application.store.begin(write=False) as unit:
            return max(case.id for case in unit.find(lifecycle, []))

    def newest_of(self, lifecycle: str) -> str | None:
        """As `newest`, None where there is none."""
        with self.journeys.world.application.store.begin(write=False) as unit:
            return max((case.id for case in unit.find(lifecycle, [])), default=None)

    def of(self, person: int, lifecycle: str) -> list[Case]:
        """The papers, certificates, applications or accounts of a person, oldest first."""
        traveller = self.people[person]
        about = Where("assessment_id", "eq", traveller.case_id)
        if lifecycle in ("amendment", "account"):
            about = Where("physician_id", "eq", traveller.physician_id)
        with self.journeys.world.application.store.begin(write=False) as unit:
            return unit.find(lifecycle, [about])

    def case(self, lifecycle: str, case_id: str) -> Case:
        """A case as it is."""
        return self.journeys.world.application.cases.get(SYSTEM, lifecycle, case_id)

    @property
    def windows(self) -> CycleWindows:
        """The windows of the cycle as they are now."""
        found: CycleWindows = self.case("cycle", self.journeys.world.cycle_id).record.windows
        return found

    @property
    def now(self) -> datetime:
        """The present instant of the world."""
        return self.journeys.world.clock.now()

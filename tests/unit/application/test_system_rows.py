"""
Every row that admits the system is sent from each state that it leads from: by a deadline of the state, by a policy
whose selector finds a case there, or by somebody outside who is declared.

The selectors are asked themselves, over every transition that their policies answer and every state that the case
found may be in. What a selector demands besides (a stage, a score on this or that side of the line) is tried each way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import attrs
import pytest

from kaohe_workflow.adapters.policy_files import load_policies
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.policies import Command, Occurrence, Page, Policy, Reading
from kaohe_workflow.application.policy_check import FROM_OUTSIDE, SYSTEM
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.affiliation.case import EndReason, Filled
from kaohe_workflow.lifecycles.assessment.completeness import ON_ROSTER
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.cycle.case import PassLine
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore, Correction
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.statechart.model import INITIAL, Statechart
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.terms import Category, Ground, Level, PaperKind, Procedure, Stage

NOW = datetime(2024, 1, 5, tzinfo=UTC)
LINE = Decimal(60)
PERSON: Mapping[str, Any] = {
    "department_id": None,
    "category": None,
    "licensed_on": date(2020, 1, 1),
    "first_registered_on": None,
    "reported_penalties": (),
    "recorded_penalties": (),
    "merged_into": "one",
    "filled": Filled(assessment_id="one", level=Level.LICENSED),
    "entered_on": None,
    **dict.fromkeys(field for field, _ in ON_ROSTER if field != "licensed_on"),
}
"""What a physician's record has besides."""

FALLEN = Filing(procedure=Procedure.SIMPLIFIED, ground=Ground.TWELVE_YEARS, category=Category.CLINICAL)
STANDING = Filing(procedure=Procedure.GENERAL, category=Category.CLINICAL)

Row = tuple[str, str, str]
"""Lifecycle, event, and a state that a row for it leads from."""


AMENDED = {"field": LockedField.NAME, "value": "韦晓玫", "id_type": None, "original": None}
"""What an application to correct locked data says."""


def _correction(stage: Stage, score: Decimal) -> Correction:
    """What a review sets right: a finding and a score."""
    return Correction(findings=(1,), scores=(CorrectedScore(stage, PaperKind.PROFESSIONAL, score),))


@attrs.frozen
class Variant:
    """What selectors look at besides states."""

    stage: Stage
    score: Decimal
    marked: bool

    @property
    def line(self) -> PassLine:
        """The one pass line that there is."""
        return PassLine(self.stage, PaperKind.PROFESSIONAL, Level.LICENSED, LINE, NOW)

    def case(self, lifecycle: str, state: str) -> Case:
        """A case in a state; all cases of a variant belong together, by the one id that there is."""
        record = SimpleNamespace(
            institution_id=_HOMES.get(lifecycle, "here"),
            agency_id="one",
            is_agency=self.marked,
            **dict.fromkeys(("physician_id", "cycle_id", "assessment_id", "evaluation_id"), "one"),
            name="名称",
            id_number="450103198001011233",
            login="another",
            reset_by="one",
            barred_cycles=2,
            **PERSON,
            sitter=Sitter(Procedure.GENERAL, Level.LICENSED),
            filing=FALLEN if self.stage is Stage.FIRST else STANDING,
            ground_lost=self.stage is not Stage.FIRST,
            first_day=date(2020, 1, 1),
            last_day=date(2022, 12, 31),
            # A cycle has windows; an assessment tells which of them are its own.
            windows=(lambda windows: windows) if lifecycle == "assessment" else WINDOWS,
            **AMENDED,
            end_reason=EndReason.DEATH,
            procedure=Procedure.GENERAL,
            stage=self.stage,
            kind=PaperKind.PROFESSIONAL,
            level=Level.LICENSED,
            **dict.fromkeys(("round", "edition"), 1),
            score=self.score,
            earlier_scores=(),
            own_line=None,
            **dict.fromkeys(("substitute_id", "finding_id"), "one"),
            # The result has become another one since a review was applied for.
            result_version=0 if lifecycle == "result_review" else 1,
            correction=_correction(self.stage, self.score),
            answer="复核意见",
            face=SimpleNamespace(name="曾用名", id_number_masked="45**************33"),
            overdue=True,
            lines=(self.line,),
            line=lambda *_: self.line,
        )
        return Case(lifecycle, "one", state, 1, 1, record, "head")

    @property
    def payload(self) -> Any:
        """What any event carries, as far as a selector reads it."""
        return SimpleNamespace(
            login="HOSPITAL01",
            label="医务科",
            shared=True,
            stage=self.stage,
            kind=PaperKind.PROFESSIONAL,
            level=Level.LICENSED,
            score=LINE,
        )


_HOMES = {"affiliation": "there", "institution": "one", "agency_application": "one", "result_report": "one"}
"""
Where a case belongs if not here. Whoever moves has arrived: what has not followed yet is elsewhere. An application is
that of the one institution.
"""

VARIANTS = tuple(Variant(*each) for each in product(Stage, (LINE, LINE - 1), (True, False)))


@attrs.frozen
class FewCases:
    """A unit of work over a case a lifecycle; it only reads."""

    cases: Mapping[str, Case]

    def find(
        self, lifecycle: str, where: Sequence[Where], *, limit: int | None = None, hold: bool = False
    ) -> list[Case]:
        case = self.cases.get(lifecycle)
        return [case] if case is not None and all(_meets(case, one) for one in where) else []

    def read(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        return {case.id: case for case in self.find(lifecycle, [Where("id", "in", tuple(ids))])}

    lock = read

    def histories(self, cases: Sequence[Case]) -> dict[str, Sequence[Any]]:
        """One step each: a deletion, with which the case of the physician was withdrawn."""
        return {case.id: [SimpleNamespace(event="delete", at=NOW)] for case in cases}


def _meets(case: Case, where: Where) -> bool:
    own = {"id": case.id, "state": case.state}
    value = own[where.field] if where.field in own else getattr(case.record, where.field)
    match where.operator:
        case "eq":
            return bool(value == where.value)
        case "in":
            return value in where.value
        case "gt":
            return bool(value > where.value)
        case operator:
            raise LookupError(f"no selector asks by {operator!r}")


def occurrences(policy: Policy, chart: Statechart, variant: Variant) -> Iterator[Occurrence]:
    """Every transition of the chart that the policy answers."""
    for row in chart.transitions:
        for source in row.sources:
            target = row.target or source
            before = None if source == INITIAL else variant.case(chart.name, source)
            after = variant.case(chart.name, target)
            happened = Occurrence(chart.name, row.event, source, target, before, after, variant.payload)
            if policy.answers(happened):
                yield happened


OTHERS = frozenset({"account_of_resetter", "kept_physician"})
"""Selectors that find another case of the lifecycle in which something has happened."""


def commands(policy: Policy, happened: Occurrence, cases: Mapping[str, Case]) -> list[Command]:
    """What follows from a transition by a policy, where these are the cases that there are."""
    reading = Reading(cast(UnitOfWork, FewCases(cases)), Moment(NOW, DEFAULTS))
    assert policy.selector is not None
    if policy.how == "job":
        return POPULATIONS[policy.selector](reading, happened, Page(10)).commands
    return SELECTORS[policy.selector](reading, [happened])


def found_in(policy: Policy, charts: Mapping[str, Statechart]) -> Iterator[str]:
    """The states in which a policy finds a case to send its event to; the initial one where it makes one."""
    sent = policy.send_lifecycle
    for variant in VARIANTS:
        standing = {
            "cycle": variant.case("cycle", "running"),
            "affiliation": variant.case("affiliation", "attached"),
        }
        for happened in occurrences(policy, charts[policy.lifecycle], variant):
            known = {**standing, policy.lifecycle: happened.after}
            if any(one.case_id is None for one in commands(policy, happened, known)):
                yield INITIAL
            for leaf in charts[sent].leaves:
                same = sent == policy.lifecycle and policy.selector not in OTHERS
                if same and leaf != happened.after.state:
                    continue  # the event goes to the very case that something has happened to
                cases = {**known, sent: variant.case(sent, leaf)}
                if any(one.case_id is not None for one in commands(policy, happened, cases)):
                    yield leaf


TO_ANOTHER: Mapping[str, Sequence[str]] = {
    "papers_behind": ("absence_pending",),
    "barred_applications": (
        "not_opened",
        "may_apply",
        "submitted",
        "returned",
        "approved",
        "correcting",
    ),
    "papers_of_substitutes": (INITIAL,),
    "papers_of_sitters": (INITIAL,),
    "marks_of_substitutes": ("suspected", "awaiting_province", "confirmed"),
    "results_left_behind": ("awaiting_report", "returned", "submitted", "filed"),
}
"""
Selector → the states in which it finds another case of the lifecycle it answers to; played in `test_attempts.py`,
`test_policies_of_agencies.py`, `test_substitutes.py` and `test_results_left_behind.py`.
"""


def unsent(policies: Sequence[Policy], charts: Mapping[str, Statechart]) -> list[Row]:
    """Rows that admit the system, with each state that they lead from and that nothing sends them from."""
    sent = {
        (policy.send_lifecycle, policy.send_event, state)
        for policy in policies
        if policy.how != "retime"
        for state in (*found_in(policy, charts), *TO_ANOTHER.get(policy.selector or "", ()))
    }
    rows = [
        (chart.name, row.event, source)
        for chart in charts.values()
        for row in chart.transitions
        if any(by.role == SYSTEM for by in row.by)
        for source in row.sources
    ]
    return [
        (name, event, source)
        for name, event, source in dict.fromkeys(rows)
        if (name, event, source) not in sent
        and (name, event) not in FROM_OUTSIDE
        and event not in _timed(charts[name], source)
    ]


def _timed(chart: Statechart, leaf: str) -> set[str]:
    around = (chart.by_name[name].deadline for name in chart.paths[leaf])
    return {deadline.event for deadline in around if deadline is not None}


@pytest.fixture(scope="module")
def charts() -> Mapping[str, Statechart]:
    """The newest chart of each lifecycle."""
    loaded = load_charts(charts_root(), VOCABULARY)
    return {name: versions[max(versions)] for name, versions in loaded.items()}


def test_every_row_of_the_system_is_sent_from_each_of_its_states(charts: Mapping[str, Statechart]) -> None:
    """A row that nothing ever sends says that something happens which never does."""

    assert [] == unsent(load_policies(charts_root()), charts)


@pytest.mark.parametrize(
    ("name", "event", "source"),
    [
        ("assessment", "settle", "awaiting_makeup_approval"),
        ("assessment", "recompute", "missed"),
        ("assessment", "move", "awaiting_registration"),
        ("certificate", "void", "void"),
        ("evaluation", "cancel", "passed"),
        ("evaluation", "judge", "absent"),
        ("evaluation", "exempt", "sitting"),
        ("evaluation", "close", "sitting"),
        ("exemption", "expire", "granted"),
        ("cycle", "begin", "draft"),
    ],
)
def test_a_state_from_which_nothing_sends_a_row_is_found(
    charts: Mapping[str, Statechart], name: str, event: str, source: str
) -> None:
    """One state more than the selectors, or the deadlines, know of: the event alone does not tell."""
    chart = charts[name]
    row = next(row for row in chart.transitions if row.event == event)
    more = attrs.evolve(row, sources=(*row.sources, source))
    changed = attrs.evolve(chart, transitions=(*chart.transitions, more))

    assert [(name, event, source)] == unsent(load_policies(charts_root()), {**charts, name: changed})


def test_a_policy_that_is_taken_away_leaves_its_states(charts: Mapping[str, Statechart]) -> None:
    """Another policy may send the same event, but only from other states."""
    fewer = [one for one in load_policies(charts_root()) if one.name != "withdraw_exemption_of_returned_file"]

    assert {"institution_refused", "agency_refused", "granted"} == {
        source for _, _, source in unsent(fewer, charts)
    }

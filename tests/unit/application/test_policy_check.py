"""A policy that cannot work, and a row of the system that nothing sends, are found before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from kaohe_workflow.adapters.policy_files import load_policies
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.application.policies import Policy
from kaohe_workflow.application.policy_check import FROM_OUTSIDE, Outside, check_policies
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.statechart.model import Statechart


@pytest.fixture(scope="module")
def policies() -> tuple[Policy, ...]:
    """The shipped policies."""
    return load_policies(charts_root())


@pytest.fixture(scope="module")
def charts() -> Mapping[str, Statechart]:
    """The newest chart of each lifecycle."""
    return {
        name: versions[max(versions)] for name, versions in load_charts(charts_root(), VOCABULARY).items()
    }


def found(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], outside: Outside = FROM_OUTSIDE
) -> set[tuple[str, str]]:
    """What every finding names, and its code."""
    problems = check_policies(policies, charts, {"once": SELECTORS, "job": POPULATIONS}, outside)
    return {(problem.path.split()[-1], problem.code) for problem in problems}


def placed(policies: tuple[Policy, ...], charts: Mapping[str, Statechart]) -> list[str]:
    """File and line of every finding."""
    problems = check_policies(policies, charts, {"once": SELECTORS, "job": POPULATIONS})
    return [problem.path.split()[0] for problem in problems]


def line_of(name: str) -> str:
    """File and line of a shipped policy."""
    lines = (charts_root() / "policies.yaml").read_text(encoding="utf-8").splitlines()
    return f"policies.yaml:{lines.index(f'  - name: {name}') + 1}"


def without(policies: tuple[Policy, ...], *names: str) -> tuple[Policy, ...]:
    assert set(names) <= {policy.name for policy in policies}
    return tuple(policy for policy in policies if policy.name not in names)


@pytest.mark.parametrize(("lifecycle", "event"), sorted(FROM_OUTSIDE))
def test_what_the_system_may_send_and_never_does_is_found(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], lifecycle: str, event: str
) -> None:
    """A row that admits the system, beside others or alone, is sent by something, or declared with who sends it."""
    fewer = {key: who for key, who in FROM_OUTSIDE.items() if key != (lifecycle, event)}

    assert {(f"{lifecycle}.{event}", "never-sent")} == found(policies, charts, fewer)


@pytest.mark.parametrize("after", ["expire_applications_of_cycle", "void_certificate", "nobody"])
def test_a_job_waits_for_a_job_above_it(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], after: str
) -> None:
    """Not for itself, for what is sent at once, or for what there is not; and nothing but a job waits."""
    name = "expire_applications_of_cycle"
    changed = tuple(attrs.evolve(one, after=after) if one.name == name else one for one in policies)
    hasty = tuple(
        attrs.evolve(one, after="open_assessments_of_cycle") if one.name == "void_certificate" else one
        for one in policies
    )

    assert {(f"policies.{name}.after", "after-misplaced")} == found(changed, charts)
    assert {("policies.void_certificate.after", "after-misplaced")} == found(hasty, charts)


def test_a_policy_that_is_taken_away_leaves_a_row_that_nothing_sends(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart]
) -> None:
    """Though people may open accounts as well: that the system may, and never does, is an oversight."""
    fewer = without(policies, "create_physician_account", "create_institution_account")

    assert ("account.create", "never-sent") in found(fewer, charts)


def test_a_deadline_sends_only_from_its_own_states(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart]
) -> None:
    """A row from a state that has no such deadline is not sent by that of another state."""
    chart = charts["cycle"]
    begin = next(row for row in chart.transitions if row.event == "begin")
    moved = attrs.evolve(begin, sources=("first_ended",), written=("first_ended",))
    changed = {**charts, "cycle": attrs.evolve(chart, transitions=(*chart.transitions, moved))}

    assert {("cycle.begin", "never-sent")} == found(policies, changed)


@pytest.mark.parametrize(
    "key",
    [("cycle", "begin"), ("assessment", "open"), ("department", "create"), ("cycle", "gone")],
    ids=["sent by a deadline", "sent by a policy", "not for the system", "unknown"],
)
def test_nothing_is_declared_for_nothing(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], key: tuple[str, str]
) -> None:
    """A declaration that no row needs hides the next oversight."""
    more = {**FROM_OUTSIDE, key: "nobody"}

    assert {(".".join(key), "declared-for-nothing")} == found(policies, charts, more)


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("open_assessments_of_cycle", "running_cycles_without_case"),
        ("open_assessments_of_physician", "attached_without_case"),
        ("open_assessments_of_cycle", "gone"),
    ],
)
def test_a_population_is_for_jobs_and_for_jobs_alone(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], name: str, selector: str
) -> None:
    """What follows at once never goes through a population; a job always goes page by page."""
    changed = tuple(
        attrs.evolve(policy, selector=selector) if policy.name == name else policy for policy in policies
    )

    assert {(f"policies.{name}.to", "selector-unknown")} == found(changed, charts)


def test_who_sends_from_outside_is_told() -> None:
    """A declaration says who, or it is none."""

    assert all(who.strip() for who in FROM_OUTSIDE.values())


@pytest.mark.parametrize(
    "fault",
    [
        {"lifecycle": "gone"},
        {"events": ("gone",)},
        {"entered": ("gone",)},
        {"send_lifecycle": "gone"},
        {"send_event": "gone"},
        {"send_event": "enrol"},
        {"selector": "gone"},
        {"name": "open_assessments_of_cycle"},
    ],
    ids=str,
)
def test_a_finding_of_a_policy_tells_file_and_line(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart], fault: Mapping[str, object]
) -> None:
    """Whatever is wrong with a policy is found where it is written."""
    name = "open_assessments_of_physician"
    changed = tuple(
        attrs.evolve(policy, **fault) if policy.name == name else policy  # type: ignore[arg-type]  # any field
        for policy in policies
    )

    assert [line_of(name)] == placed(changed, charts)


def test_a_loop_tells_file_and_line(policies: tuple[Policy, ...], charts: Mapping[str, Statechart]) -> None:
    """A loop is told at a policy that is in it."""
    cause = next(policy for policy in policies if policy.name == "judge_late_score")
    back = attrs.evolve(cause, name="back", events=("judge",), place="policies.yaml:999")

    assert ["policies.yaml:999"] == placed((*policies, back), charts)


def test_a_row_that_nothing_sends_tells_the_line_of_its_chart(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart]
) -> None:
    """The chart is where somebody looks: at each row."""
    fewer = without(policies, "settle_result", "settle_what_is_sat")
    rows = [row.line for row in charts["assessment"].transitions if row.event == "settle"]

    assert [f"assessment/v1.yaml:{line}" for line in rows] == placed(fewer, charts)


def test_a_deadline_of_one_source_does_not_send_from_another(
    policies: tuple[Policy, ...], charts: Mapping[str, Statechart]
) -> None:
    """A row from two states, of which one has the deadline, is never sent from the other."""
    chart = charts["cycle"]
    rows = tuple(
        attrs.evolve(row, sources=("published", "first_ended")) if row.event == "begin" else row
        for row in chart.transitions
    )
    changed = {**charts, "cycle": attrs.evolve(chart, transitions=rows)}
    problems = check_policies(policies, changed, {"once": SELECTORS, "job": POPULATIONS})

    assert ["the row admits the system, and from first_ended nothing ever sends it"] == [
        problem.message for problem in problems
    ]

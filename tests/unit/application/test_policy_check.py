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
    """Place and code of every finding."""
    problems = check_policies(policies, charts, {"once": SELECTORS, "job": POPULATIONS}, outside)
    return {(problem.path, problem.code) for problem in problems}


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

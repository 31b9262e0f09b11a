"""What holds for all shipped charts and policies together."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_workflow.adapters.policy_files import load_policies
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application import phases
from kaohe_workflow.application.policy_check import check_policies
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment import papers
from kaohe_workflow.statechart.predicates import GuardRef
from kaohe_workflow.values.citations import Citation

CHARTS = load_charts(charts_root(), VOCABULARY)


def _cites() -> set[str]:
    found: set[str] = set()
    for versions in CHARTS.values():
        for chart in versions.values():
            found |= set(chart.cites)
            for part in (*chart.facts, *chart.guards, *chart.transitions):
                found |= set(part.cites)
    return found | {cite for policy in load_policies(charts_root()) for cite in policy.cites}


def test_every_citation_is_readable() -> None:
    """Each rule shown to people names an instrument that the citations know, and an article in Chinese."""
    labels = {cite: Citation.parse(cite).label for cite in _cites()}

    assert all(labels.values())
    assert labels["measures/21"] == "《医师定期考核管理办法》第二十一条"


def test_every_row_and_guard_cites_its_source() -> None:
    """No row and no guard stands without a source, be it our own reading (`design`)."""
    silent = [
        f"{chart.name}: {getattr(part, 'event', None) or part.name}"
        for versions in CHARTS.values()
        for chart in versions.values()
        for part in (*chart.guards, *chart.transitions)
        if not part.cites
    ]

    assert [] == silent


def test_every_value_of_an_enum_has_a_chinese_label() -> None:
    """A refusal tells people what is wanted and what is there, never a code."""
    silent = [
        f"{chart.name}: {fact.name} {word}"
        for versions in CHARTS.values()
        for chart in versions.values()
        for fact in chart.facts
        for word in fact.values
        if not any("\u4e00" <= char <= "\u9fff" for char in fact.label_of(word))
    ]

    assert [] == silent


def test_every_lifecycle_has_its_chart_and_every_chart_its_lifecycle() -> None:
    """Charts and packages are the same set."""

    assert set(CHARTS) == set(LIFECYCLES)


def test_the_policies_are_sound_and_every_selector_is_used() -> None:
    """Names exist, the system may send, nothing of the system is never sent, nothing follows from itself."""
    policies = load_policies(charts_root())
    newest = {name: versions[max(versions)] for name, versions in CHARTS.items()}

    assert check_policies(policies, newest, {"once": SELECTORS, "job": POPULATIONS}) == ()
    assert {policy.selector for policy in policies if policy.how == "once"} == set(SELECTORS)
    assert {policy.selector for policy in policies if policy.how == "job"} == set(POPULATIONS)


def test_the_catalogue_compiles_every_chart_under_the_shipped_parameters() -> None:
    """Every parameter that a chart names is one of the province's whole numbers."""
    catalogue = load_catalogue()
    parameters = catalogue.timeline.versions()[-1][1]
    for name, versions in catalogue.charts.items():
        for version in versions:
            engine = catalogue.engine(name, version, parameters)

            assert engine.chart.name == name


def test_the_phases_that_others_go_by_are_those_of_the_charts() -> None:
    """A group of states named in code is a compound state of its chart, leaf by leaf."""
    groups = {
        ("cycle", "under_way"): phases.RUNNING,
        ("evaluation", "open"): phases.OPEN_PAPER,
        ("certificate", "valid"): phases.LIVE_CERTIFICATE,
        ("exemption", "pending"): phases.PENDING_EXEMPTION,
        ("cheating", "undecided"): phases.UNDECIDED_MARK,
        ("assessment", "finished"): phases.ENDED,
        ("agency_application", "standing"): phases.STANDING_AGENCY,
        ("agency_application", "ended"): phases.ENDED_APPLICATION,
        ("result_report", "unreported"): phases.UNREPORTED,
    }
    charted = {(name, state): CHARTS[name][max(CHARTS[name])].leaves_of(state) for name, state in groups}

    assert {key: set(leaves) for key, leaves in charted.items()} == {
        key: set(group) for key, group in groups.items()
    }
    applications = CHARTS["agency_application"][max(CHARTS["agency_application"])].leaves
    assert set(phases.NOT_CORRECTING) == set(applications) - {"none", "correcting"}
    assert set(phases.DECIDED) < set(phases.ENDED)
    assert set(phases.FILED) == set(CHARTS["assessment"][max(CHARTS["assessment"])].leaves) - {
        "none",
        "not_enrolled",
        "awaiting_registration",
        *phases.ENDED,
    }
    chart = CHARTS["evaluation"][max(CHARTS["evaluation"])]
    taking = {leaf for row in chart.transitions if row.event == "record_score" for leaf in row.sources}
    judged = {row.target for row in chart.transitions if row.event == "judge"}
    voided = {leaf for row in chart.transitions if row.event == "void" for leaf in row.sources}
    assert taking | judged == set(phases.TAKING_SCORES)
    assert voided == set(phases.VOIDABLE_PAPER)
    assert {str(state) for state in papers.OPEN} == set(phases.OPEN_PAPER)


NO_JUDGEMENT: Mapping[str, frozenset[str]] = {
    # What happened, or what is known from elsewhere, with its proof.
    "affiliation": frozenset({"report_penalty", "withdraw_penalty"}),
    "assessment": frozenset({"order_early", "recall", "record_training", "release"}),
    "certificate": frozenset({"print"}),
    "cheating": frozenset({"mark"}),
    "deferral": frozenset({"recall"}),
    "evaluation": frozenset({"confirm_absence", "record_score", "refute_absence", "report_force_majeure"}),
    "exemption": frozenset({"recall", "release"}),
    # Here it is the committee itself that is asked, or those who have decided are kept out by a rule of its own.
    "recusal": frozenset({"declare", "grant", "refuse"}),
    "spot_check": frozenset({"abandon", "conclude", "draw_opinions", "record_finding"}),
    "follow_up": frozenset({"record_training"}),
}
"""Events of the assessment institution in which it judges nobody, by lifecycle, and why."""


def test_whoever_judges_is_asked_whether_he_is_held_off() -> None:
    """考核办法 第十六条: every other row of the assessment institution has the condition of 回避."""
    asked: dict[str, set[bool]] = {}
    free: dict[str, set[str]] = {}
    for name, row in (
        (chart.name, row)
        for versions in CHARTS.values()
        for chart in versions.values()
        for row in chart.transitions
        if any((grant.role, grant.relation) == ("agency", "assigned") for grant in row.by)
    ):
        if row.event in NO_JUDGEMENT.get(name, ()):
            free.setdefault(name, set()).add(row.event)
        else:
            asked.setdefault(f"{name}.{row.event}", set()).add(GuardRef("not_recused") in row.when)

    assert {} == {event: found for event, found in asked.items() if found != {True}}
    assert NO_JUDGEMENT == free

"""Each row of each chart: one case takes it, each of its conditions alone refuses it, nobody else gets through."""

from __future__ import annotations

import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.trials import RowCase, events_without_case
from tests.unit.lifecycles.account import rows as account
from tests.unit.lifecycles.account import rows_of_secrets
from tests.unit.lifecycles.affiliation import rows as affiliation
from tests.unit.lifecycles.agency_application import rows as agency_application
from tests.unit.lifecycles.amendment import rows as amendment
from tests.unit.lifecycles.announcement import rows as announcement
from tests.unit.lifecycles.assessment import (
    rows_of_changed_results,
    rows_of_deferral,
    rows_of_leaving,
    rows_of_renewal,
    rows_of_results,
    rows_of_returns,
    rows_of_time,
    rows_until_papers,
)
from tests.unit.lifecycles.certificate import rows as certificate
from tests.unit.lifecycles.cheating import rows as cheating
from tests.unit.lifecycles.cycle import rows as cycle
from tests.unit.lifecycles.deferral import rows as deferral
from tests.unit.lifecycles.department import rows as department
from tests.unit.lifecycles.enrolment_list import rows as enrolment_list
from tests.unit.lifecycles.evaluation import rows_of_sitting, rows_of_verdicts
from tests.unit.lifecycles.exemption import rows as exemption
from tests.unit.lifecycles.follow_up import rows as follow_up
from tests.unit.lifecycles.institution import rows as institution
from tests.unit.lifecycles.recusal import rows as recusal
from tests.unit.lifecycles.result_report import rows as result_report
from tests.unit.lifecycles.result_review import rows as result_review
from tests.unit.lifecycles.spot_check import rows as spot_check

CASES = {
    "account": (*account.CASES, *rows_of_secrets.CASES),
    "affiliation": affiliation.CASES,
    "amendment": amendment.CASES,
    "agency_application": agency_application.CASES,
    "assessment": (
        *rows_until_papers.CASES,
        *rows_of_returns.CASES,
        *rows_of_time.CASES,
        *rows_of_renewal.CASES,
        *rows_of_deferral.CASES,
        *rows_of_results.CASES,
        *rows_of_changed_results.CASES,
        *rows_of_leaving.CASES,
    ),
    "announcement": announcement.CASES,
    "recusal": recusal.CASES,
    "enrolment_list": enrolment_list.CASES,
    "spot_check": spot_check.CASES,
    "result_report": result_report.CASES,
    "certificate": certificate.CASES,
    "cheating": cheating.CASES,
    "cycle": cycle.CASES,
    "deferral": deferral.CASES,
    "department": department.CASES,
    "evaluation": (*rows_of_sitting.CASES, *rows_of_verdicts.CASES),
    "exemption": exemption.CASES,
    "follow_up": follow_up.CASES,
    "institution": institution.CASES,
    "result_review": result_review.CASES,
}

each_row = pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{name}-{row}") for name, rows in CASES.items() for row in rows]
)
each_condition = pytest.mark.parametrize(
    ("row", "guard"),
    [
        pytest.param(row, guard, id=f"{name}-{row}-{guard}")
        for name, rows in CASES.items()
        for row in rows
        for guard in row.refused
    ],
)


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_every_row_has_a_case(lifecycle: str) -> None:
    """No row of a chart goes unproven."""

    assert set() == events_without_case(lifecycle, CASES[lifecycle])


@each_row
def test_takes_the_row(row: RowCase) -> None:
    """Inside all of its conditions the row fires and leads where the table of states says."""

    assert row.target == row.trial.send(row.sending).state


@each_row
def test_every_condition_has_its_refusal(row: RowCase) -> None:
    """No condition of a row goes unproven."""

    assert row.conditions == set(row.refused)


@each_condition
def test_refuses_outside_one_condition(row: RowCase, guard: str) -> None:
    """Outside one condition alone, the row refuses with just that condition."""

    assert {guard} == row.unmet(guard)


@each_row
def test_lets_nobody_else_through(row: RowCase) -> None:
    """Another role, a missing reason, or the same person where a second one is wanted: refused."""

    assert [] == row.admitted()

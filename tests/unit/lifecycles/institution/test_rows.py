"""An organisation: who moves it."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.statechart.deciding import Refused
from tests.unit.lifecycles.institution.rows import ABOVE, CASES, OWN, PROVINCE_OWN, SYSTEM

pytestmark = pytest.mark.manual("M: institution: create, close, reopen, change superior")

ALLOWED = {
    "accept_first_password": {SYSTEM},
    "create": {("administration", "own"), ABOVE, SYSTEM},
    "save_profile": {OWN, ("administration", "own")},
    "confirm_cycle": {OWN},
    "mark_agency": {SYSTEM},
    "unmark_agency": {SYSTEM},
    "assign_agency": {ABOVE, SYSTEM},
    "enter_working_days": {PROVINCE_OWN},
}
EVERYBODY = {
    OWN,
    ABOVE,
    SYSTEM,
    ("administration", "own"),
    PROVINCE_OWN,
    ("institution", "any"),
    ("administration", "any"),
    ("agency", "assigned"),
    ("physician", "self"),
    ("auditor", "self"),
}


@pytest.mark.parametrize("row", CASES, ids=str)
def test_other_roles_are_refused(row):
    """The profile is the organisation's own affair, the mark follows, everything else is its administrations'."""
    allowed = ALLOWED.get(row.sending.event, {ABOVE})
    outcomes = [row.trial.decide(attrs.evolve(row.sending, by=by)) for by in EVERYBODY - allowed]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in outcomes)

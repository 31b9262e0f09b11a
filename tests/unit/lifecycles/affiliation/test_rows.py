"""The case of a physician: who moves it, and who does not."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.statechart.deciding import Refused
from tests.unit.lifecycles.affiliation.rows import ABOVE, ANY, ASSIGNED, CASES, OWN, SELF

ALLOWED = {
    "add": {OWN, ABOVE},
    "edit": {OWN},
    "amend": {("system", "any")},
    "fill_blanks": {("system", "any")},
    "unfill": {("system", "any")},
    "absorb": {("system", "any")},
    "report_penalty": {OWN, ASSIGNED},
    "withdraw_penalty": {OWN, ASSIGNED, ABOVE},
    "give_face_photo": {SELF},
    "withdraw_face_photo": {SELF},
    "clear_face_photo": {OWN},
    "leave": {OWN},
    "take_in": {ANY},
    "delete": {OWN},
    "reenter": {ANY, ABOVE},
}
EVERYBODY = {OWN, ANY, ABOVE, SELF, ASSIGNED, ("administration", "any"), ("system", "any")}


@pytest.mark.parametrize("row", CASES, ids=str)
def test_other_roles_are_refused(row):
    """Institutions keep the data, let go and take in; administrations correct; physicians give a face and no more."""
    others = EVERYBODY - ALLOWED.get(row.sending.event, {ABOVE})
    outcomes = [row.trial.decide(attrs.evolve(row.sending, by=by)) for by in others]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in outcomes)


def test_nobody_gives_himself_years_of_practice():
    """
    A blank 执业证取得时间 is filled in by the institution, never by the physician.

    From it the years are counted that allow 简易程序 (考核办法 第二十一条).
    """
    row = next(row for row in CASES if row.sending.event == "edit")
    sending = attrs.evolve(row.sending, by=SELF, payload=EditPhysician(licensed_on=date(2010, 5, 1)))

    assert row.trial.decide(sending).not_permitted


@pytest.mark.manual("S-51")
def test_attached_physician_is_not_taken_in():
    """The former institution lets go first (手册 2.2.5): before that there is no row for 调入."""
    row = next(row for row in CASES if row.sending.event == "take_in")
    outcome = attrs.evolve(row.trial, state="attached").decide(row.sending)

    assert ["no-row"] == [reason.code for reason in outcome.reasons]


@pytest.mark.manual("S-I5")
def test_former_institution_edits_nothing():
    """Once let go, a physician's data are closed to the institution that let go."""
    row = next(row for row in CASES if row.sending.event == "edit")
    outcome = attrs.evolve(row.trial, state="unattached").decide(row.sending)

    assert ["no-row"] == [reason.code for reason in outcome.reasons]

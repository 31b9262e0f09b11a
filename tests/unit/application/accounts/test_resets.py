"""Whose password somebody else has reset is told so, until it is the owner's own again (手册 2.2.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.sessions import Reset
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Save
from kaohe_workflow.testing.journeys import FILING_DAY
from kaohe_workflow.testing.worlds import filing
from tests.unit.application.accounts.conftest import FORGOTTEN, NUMBER, PASSWORD

pytestmark = pytest.mark.manual("S-37")

TICK = timedelta(microseconds=1)
OTHER = "Miao-88-yao"


def office_of(house):
    """The hospital's office, in a session of its account."""
    return house.accounts.authenticate(house.activated("hospital-01", house.office, house.world.county).token)


def test_every_log_in_tells_of_a_reset(house):
    """When, by whom and why: at the code, at the new password and after it; who never was reset is told nothing."""
    first, office = house.activated(), office_of(house)
    house.clock.advance(TICK)
    code = house.code(by=office)
    reset = Reset(house.clock.now(), "第一人民医院", FORGOTTEN)
    house.clock.advance(TICK)
    opened = house.accounts.log_in(NUMBER, code)
    set_anew = house.accounts.activate(opened.token, PASSWORD)
    later = house.accounts.log_in(NUMBER, PASSWORD)

    assert first.reset is None
    assert (reset, reset, reset) == (opened.reset, set_anew.reset, later.reset)


def test_it_says_who_it_was(house):
    """Who runs the installation is the system; an account that is not on record has no words."""
    house.activated()
    by_system = house.accounts.log_in(NUMBER, house.code(by=SYSTEM))
    house.accounts.activate(by_system.token, PASSWORD)
    by_unknown = house.accounts.log_in(NUMBER, house.code())

    assert ("系统", None) == (by_system.reset.by, by_unknown.reset.by)


@pytest.mark.manual("S-10")
@pytest.mark.parametrize("reason", [None, "", " ", "\u200b"])
def test_no_password_is_reset_for_no_reason(house, reason):
    """Password and sessions stay; a first code, which takes nothing from anybody, needs no reason."""
    house.accounts.issue_code(house.world.hospital, house.doctor, reason=reason)
    session = house.activated()
    with pytest.raises(TransitionRefused) as refused:
        house.accounts.issue_code(house.world.hospital, house.doctor, reason=reason)

    assert "reason-missing" in {one.code for one in refused.value.reasons}
    assert house.accounts.authenticate(session.token) is not None


@pytest.mark.manual("S-10")
def test_the_superior_reads_why(house):
    """Whoever sees the account sees when, with which account and why; the owner's inbox has it, too."""
    house.activated()
    house.code()
    record = house.world.application.cases.get(house.world.county, "account", house.doctor).record
    session = house.accounts.log_in(NUMBER, house.code())
    owner = house.accounts.authenticate(house.accounts.activate(session.token, PASSWORD).token)
    texts = [notice.text for notice in house.world.application.inbox.page(owner).notices]

    assert (house.world.hospital.account_id, FORGOTTEN) == (record.reset_by, record.reset_reason)
    assert any(FORGOTTEN in text for text in texts)


def test_a_password_of_ones_own_ends_it(house):
    """Who has changed the password since has taken note."""
    house.activated()
    house.clock.advance(TICK)
    opened = house.accounts.log_in(NUMBER, house.code())
    session = house.accounts.activate(opened.token, PASSWORD)
    house.accounts.change_password(session.token, PASSWORD, OTHER)

    assert house.accounts.log_in(NUMBER, OTHER).reset is None


def test_what_is_done_after_a_reset_is_marked(house):
    """In the history of whatever it is done to, and in the record of refusals, until the owner changes the password."""
    world, department = house.world, house.world.department()
    world.at(FILING_DAY)
    first = house.accounts.authenticate(house.activated().token)
    opened = house.accounts.log_in(NUMBER, house.code())
    token = house.accounts.activate(opened.token, PASSWORD).token
    meanwhile = house.accounts.authenticate(token)
    case_id = world.assessment_of(meanwhile)
    world.send(world.hospital, "assessment", case_id, "enrol", Enrol())
    world.send(meanwhile, "assessment", case_id, "save", Save(filing(department)))
    changed = house.accounts.authenticate(house.accounts.change_password(token, PASSWORD, OTHER).token)
    world.send(changed, "assessment", case_id, "save", Save(filing(department)))
    steps = world.application.cases.history(world.county, "assessment", case_id)

    assert (False, True, False) == (first.after_reset, meanwhile.after_reset, changed.after_reset)
    assert [("open", False), ("enrol", False), ("save", True), ("save", False)] == [
        (step.event, step.after_reset) for step in steps
    ]
    assert () == world.application.verification.run().findings

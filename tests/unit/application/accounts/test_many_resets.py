"""Many passwords reset at once: a second person looks before it goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount, IssueCode
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.accounts.conftest import NUMBER, PASSWORD

pytestmark = pytest.mark.manual("S-10", "S-37")

TICK = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)
CHECKED = "全院换发账户，已逐一核对"


def staff(house, login, operator, *, shared=False, organisation=None):
    """A session of somebody who works for the hospital, or another organisation."""
    home = organisation or house.world.hospital
    given = CreateAccount(
        institution_id=home.organisation_id,
        kind=AccountKind.ORGANISATION,
        login=login,
        operator_id=operator,
        shared=shared,
    )
    account_id = house.world.send(SYSTEM, "account", None, "create", given).id
    return house.accounts.authenticate(house.activated(login, account_id, SYSTEM).token)


def reset(house, by, times=1):
    """Reset the physician's password so often; in between its owner sets a new one."""
    for _ in range(times):
        session = house.accounts.log_in(NUMBER, house.code(by=by))
        house.accounts.activate(session.token, PASSWORD)


def refusal(house, by):
    """The conditions that refuse one more, by name; that the account is no operator's refuses another row alone."""
    with pytest.raises(TransitionRefused) as refused:
        house.code(by=by)
    named = {getattr(reason, "name", "is_limited"): reason for reason in refused.value.reasons}
    named.pop("is_limited")
    return named


def release(house, sender, held_up, **more):
    """Let an account go on."""
    house.world.send(sender, "account", held_up.account_id, "release_resets", reason=CHECKED, **more)


@pytest.fixture
def office(house):
    """A named operator of the hospital, who has reset ten passwords at one instant."""
    house.activated()
    found = staff(house, "ward-01", "li-07")
    reset(house, found, 10)
    return found


def test_the_eleventh_within_ten_minutes_waits(house, office):
    """Ten go; the next one is refused with the rule, until ten minutes are over to the instant."""
    at = house.clock.now()
    ((name, reason),) = refusal(house, office).items()
    house.clock.set(at + TEN_MINUTES - TICK)

    assert "resets_alone" == name
    assert "另一名操作人或上级单位放行" in reason.label
    assert {"resets_alone"} == set(refusal(house, office))
    assert "active" == house.state()

    house.clock.set(at + TEN_MINUTES)
    reset(house, office)


def test_somebody_else_goes_on(house, office):
    """It is the account that is held up, not the house; who runs the installation is not counted."""
    reset(house, staff(house, "ward-02", "wang-08"))
    reset(house, SYSTEM)

    assert {"resets_alone"} == set(refusal(house, office))


@pytest.mark.parametrize("who", ["colleague", "county", "province"])
def test_another_person_lets_it_go_on(house, office, who):
    """A colleague, or an office above: as many go once more, and the owner and the superior are told why."""
    sender = (
        staff(house, "ward-02", "wang-08")
        if who == "colleague"
        else staff(house, "above", "zhao-09", organisation=getattr(house.world, who))
    )
    release(house, sender, office)
    reset(house, office, 9)
    texts = [notice.text for notice in house.world.application.inbox.page(office).notices]
    above = [notice.text for notice in house.world.application.inbox.page(house.world.county).notices]

    assert any(CHECKED in text for text in texts)
    assert any(CHECKED in text for text in above)
    assert "release_resets" in [
        step.event for step in house.world.application.cases.history(SYSTEM, "account", office.account_id)
    ]
    assert () == house.world.application.verification.run().findings


def test_nobody_lets_himself_go_on(house, office):
    """Neither with the same account nor with another one of the same person."""
    again = staff(house, "ward-03", "li-07")
    for sender in (office, again):
        with pytest.raises(TransitionRefused) as refused:
            release(house, sender, office)

        assert ["by_another_person"] == [reason.name for reason in refused.value.reasons]


@pytest.mark.parametrize(
    ("who", "error"), [("elsewhere", NotFound), ("agency", NotFound), ("doctor", NotFound)]
)
def test_nobody_else_lets_it_go_on(house, office, who, error):
    """An account of another house is none that one knows of; a physician releases nobody."""
    if who == "elsewhere":
        sender = staff(house, "other", "qian-10", organisation=house.world.agency)
    elif who == "agency":
        sender = house.world.agency
    else:
        sender = house.accounts.authenticate(house.activated(by=SYSTEM).token)
    with pytest.raises((error, NotPermitted)):
        release(house, sender, office)


def test_nothing_is_released_before_it_is_held_up(house):
    """Who has resets left needs nobody: what is released in advance would be looked at by nobody."""
    house.activated()
    office, colleague = staff(house, "ward-01", "li-07"), staff(house, "ward-02", "wang-08")
    reset(house, office, 9)
    with pytest.raises(TransitionRefused) as refused:
        release(house, colleague, office)

    assert ["held_up"] == [reason.name for reason in refused.value.reasons]

    reset(house, office)
    release(house, colleague, office)


def test_a_shared_account_is_released_from_above(house):
    """Who acts under it cannot be told from a colleague: somebody of another house looks."""
    house.activated()
    shared = staff(house, "ward-01", None, shared=True)
    reset(house, shared, 10)
    with pytest.raises(TransitionRefused) as refused:
        release(house, staff(house, "ward-02", "wang-08"), shared)

    assert ["by_another_person"] == [reason.name for reason in refused.value.reasons]

    release(house, staff(house, "above", "zhao-09", organisation=house.world.county), shared)
    reset(house, shared)


def test_a_release_ends_with_its_time(house, office):
    """Ten minutes after it, to the instant, it lets nothing go any more; nor do two resets count as one."""
    release(house, staff(house, "ward-02", "wang-08"), office)
    released_at = house.clock.now()
    house.clock.set(released_at + TEN_MINUTES - TICK)
    reset(house, office, 10)
    house.clock.set(released_at + TEN_MINUTES)

    assert {"resets_alone"} == set(refusal(house, office))


def test_without_a_reason_nothing_is_released(house, office):
    """Why stands in the history and in the notice."""
    colleague = staff(house, "ward-02", "wang-08")
    with pytest.raises(TransitionRefused) as refused:
        house.world.send(colleague, "account", office.account_id, "release_resets", reason=" ")

    assert ["reason-missing"] == [reason.code for reason in refused.value.reasons]


def test_many_in_one_step_are_counted_one_by_one(house):
    """Eleven at once are ten and a refusal, as eleven one after another are; what was not reset still logs in."""
    office = staff(house, "ward-01", "li-07")
    lists, accounts = house.world.application.lists, {}
    for number in (person(index).id_number for index in range(11)):
        about = {"physician_id": str(house.world.physician(number).physician_id)}
        accounts[number] = lists.page(house.world.hospital, "accounts", about).rows[0]["id"]
    for number, account_id in accounts.items():
        house.activated(number, account_id)
    code = IssueCode.of("hash of a code", house.clock.now() + CODE_LIFETIME)
    items = [Item(account_id, code, CHECKED) for account_id in accounts.values()]
    outcomes = house.world.application.door.send_many(office, "account", "reset", items)
    states = [house.state(account_id) for account_id in accounts.values()]

    assert 10 == sum(isinstance(outcome, Done) for outcome in outcomes)
    assert (10, 1) == (states.count("not_activated"), states.count("active"))
    assert () == house.world.application.verification.run().findings

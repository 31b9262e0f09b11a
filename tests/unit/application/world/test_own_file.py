"""
Nobody decides about himself under the account of an office (回避): an operator who is a physician of the list says so.

The deployment's own id of a person (`operator_id`) need not be the id of the list; `listed_as` is.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal, Standing, grants
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.application.jobs.asking import asker_of, told
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.errors import InputInvalid, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount, IdentifyOperator
from kaohe_workflow.lifecycles.affiliation.events import Merge
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Submit
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import AccountKind, Verdict
from tests.unit.application.world.steps import refused
from tests.unit.application.world.test_recusals import asked, held, seated

pytestmark = pytest.mark.manual("S-I13")

GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)


def account(office: Principal, listed_as: str | None = None, **more: Any) -> CreateAccount:
    """The account of somebody of an office, by name."""
    given = {"login": "desk-01", "operator_id": "li-07", "listed_as": listed_as} | more
    return CreateAccount(institution_id=str(office.organisation_id), kind=AccountKind.ORGANISATION, **given)


def operator(
    world: World, office: Principal, listed_as: str | None, by: Principal = SYSTEM, **more: Any
) -> str:
    """The id of a new account of somebody of an office."""
    return world.send(by, "account", None, "create", account(office, listed_as, **more)).id


def acting(world: World, account_id: str) -> Principal:
    """Whom a session of the account stands for at this instant."""
    with world.application.store.begin(write=False) as unit:
        return principal_of(unit, unit.read("account", [account_id])[account_id])


def is_own_matter(world: World, who: Principal, file: Traveller, event: str, *payload: Any) -> bool:
    """Whether somebody may not send an event of a file because it is the own one."""
    with pytest.raises(NotPermitted) as error:
        world.send(who, "assessment", file.case_id, event, *payload)
    return error.value.own_matter


def test_the_own_file_is_a_colleagues_to_decide(stored: Journeys) -> None:
    """In the own institution: the own registration is refused, with the reason; a colleague's goes through."""
    world = stored.world
    own, other = (stored.to("awaiting_institution_review") for _ in range(2))
    li = acting(world, operator(world, world.hospital, own.physician_id, world.county))

    assert is_own_matter(world, li, own, "submit_opinion", GOOD)
    assert (
        "awaiting_agency_review" == world.send(li, "assessment", other.case_id, "submit_opinion", GOOD).state
    )
    wang = attrs.evolve(world.hospital, operator_id="wang-01")
    assert (
        "awaiting_agency_review" == world.send(wang, "assessment", own.case_id, "submit_opinion", GOOD).state
    )


@pytest.mark.parametrize("office", ["agency", "county", "city"])
def test_nor_above_the_institution(journeys: Journeys, office: str) -> None:
    """Where the institution's physicians are assessed, and in the administrations above it."""
    world = journeys.world
    own, other = (journeys.to("awaiting_agency_review") for _ in range(2))
    li = acting(world, operator(world, getattr(world, office), own.physician_id))
    explained = {
        file.case_id: world.application.door.explain(li, "assessment", file.case_id) for file in (own, other)
    }

    assert not any(one.allowed for one in explained[own.case_id])
    assert any(one.allowed for one in explained[other.case_id])
    if office == "agency":
        assert is_own_matter(world, li, own, "pass")
        assert "awaiting_assessment" == world.send(li, "assessment", other.case_id, "pass").state


@pytest.mark.parametrize("of_the_merged", [True, False])
def test_a_merge_changes_nothing_of_who_it_is(stored: Journeys, of_the_merged: bool) -> None:
    """Whichever of two records the account names: the file of the person is the own one, before and after."""
    world = stored.world
    kept, merged = stored.to("awaiting_institution_review"), stored.newcomer()
    named = merged if of_the_merged else kept
    desk = operator(world, world.hospital, named.physician_id, world.county)
    before = acting(world, desk)
    second = attrs.evolve(world.county, operator_id="second-person")
    world.send(
        second, "affiliation", merged.physician_id, "merge", Merge(kept.physician_id), reason="重复建档"
    )
    li = acting(world, desk)

    assert (named.physician_id,) == before.listed_ids
    assert {kept.physician_id, merged.physician_id} == set(li.listed_ids)
    assert is_own_matter(world, li, kept, "submit_opinion", GOOD)
    assert is_own_matter(world, li, merged, "reinstate")


def test_who_it_is_may_be_said_later_and_be_put_right(stored: Journeys) -> None:
    """By who manages the account, with the operator's next request; the operator says nothing of it."""
    world = stored.world
    one, other = (stored.to("awaiting_institution_review") for _ in range(2))
    desk = operator(world, world.hospital, None, world.county)
    said = []
    for named in (one.physician_id, other.physician_id, None):
        world.send(world.county, "account", desk, "identify_operator", IdentifyOperator(named))
        said.append(acting(world, desk).listed_ids)
    with pytest.raises(TransitionRefused):
        world.send(acting(world, desk), "account", desk, "identify_operator", IdentifyOperator())

    assert [(one.physician_id,), (other.physician_id,), ()] == said


def test_the_institution_says_it_of_whom_it_manages(stored: Journeys) -> None:
    """It makes operators of departments; an office of its own is the superior's, also in this."""
    world = stored.world
    ward = world.department("内科一区")
    own = stored.newcomer()
    limited = operator(world, world.hospital, own.physician_id, world.hospital, department_ids=(ward,))
    office = operator(world, world.hospital, None, world.county, login="desk-02")
    world.send(world.hospital, "account", limited, "identify_operator", IdentifyOperator())
    row = world.application.lists.page(world.hospital, "accounts", {"kind": "organisation"}).rows

    assert () == acting(world, limited).listed_ids
    assert "is_limited" in refused(
        world, world.hospital, "account", office, "identify_operator", IdentifyOperator(own.physician_id)
    )
    assert {None} == {one["listed_as"] for one in row}


def test_the_list_of_accounts_shows_it(stored: Journeys) -> None:
    """Beside what a physician's own account says, and never in its place."""
    world = stored.world
    own = stored.newcomer()
    desk = operator(world, world.hospital, own.physician_id, world.county)
    rows = world.application.lists.page(world.county, "accounts", {}, limit=50).rows
    told_of = {row["id"]: (row["physician_id"], row["listed_as"]) for row in rows}

    assert (None, own.physician_id) == told_of[desk]
    assert (own.physician_id, None) in told_of.values()
    assert {(None, own.physician_id)} == {pair for pair in told_of.values() if pair[1] is not None}


def test_only_whom_the_organisation_has_to_do_with(journeys: Journeys) -> None:
    """Somebody unknown, of another house or who has left is nobody's operator; the answers are the same."""
    world = journeys.world
    elsewhere, gone = journeys.newcomer(world.agency), journeys.newcomer()
    world.send(world.hospital, "affiliation", gone.physician_id, "delete")
    answers = [
        refused(world, world.county, "account", None, "create", account(world.hospital, one))
        for one in (elsewhere.physician_id, gone.physician_id, "nobody")
    ]

    assert ["listed_here" in one for one in answers] == [True] * 3
    assert answers[0] == answers[1] == answers[2]
    assert operator(world, world.agency, elsewhere.physician_id)


def test_a_shared_account_and_a_physicians_say_nothing_of_it(journeys: Journeys) -> None:
    """Nobody knows who it is; and a physician's own account says it by `physician_id`."""
    world = journeys.world
    own = journeys.newcomer()
    shared = operator(world, world.hospital, None, shared=True, operator_id=None)
    arguments = ("account", shared, "identify_operator", IdentifyOperator(own.physician_id))
    for given in ({"shared": True}, {"operator_id": None}):
        with pytest.raises(InputInvalid) as error:
            account(world.hospital, own.physician_id, **given)
        assert [("$.listed_as", "operator-unnamed")] == [(one.path, one.code) for one in error.value.problems]

    assert "operator_named" in refused(world, world.county, *arguments)
    assert own.principal.physician_id == own.physician_id
    assert () == own.principal.listed_ids


def test_acting_for_an_office_gives_no_right_of_a_physician(stored: Journeys) -> None:
    """Who is known as a physician under an office's account neither files nor sees more for it."""
    world = stored.world
    own = stored.to("awaiting_registration")
    li = acting(world, operator(world, world.agency, own.physician_id))

    assert li.physician_id is None
    assert is_own_matter(world, li, own, "submit", Submit(filing(world.department("内科一区"))))
    assert "physician" not in {role for role, _ in grants(li, Standing(physician_id=own.physician_id))}


def test_a_recusal_holds_off_beside_it(stored: Journeys) -> None:
    """考核办法 第十六条: a member of the committee who is on the list himself is held off from others' files."""
    world = stored.world
    own, file = (stored.to("awaiting_agency_review") for _ in range(2))
    li = acting(world, operator(world, world.agency, own.physician_id))
    wang = acting(world, operator(world, world.agency, None, login="desk-02", operator_id="wang-01"))
    seated(world, ("李委员", li), ("王委员", wang))
    asked(world, file)

    assert held(world, li, file, "pass")
    assert is_own_matter(world, li, own, "pass")
    assert ["awaiting_assessment"] * 2 == [
        world.send(wang, "assessment", one.case_id, "pass").state for one in (file, own)
    ]


def test_a_job_remembers_it(stored: Journeys) -> None:
    """Also of a caller whose account another system keeps, who has said which physician it is; and where it was."""
    come_from = Origin(session="beginning", via="bearer", network="203.0.113.0/24", agent="hash")
    embedded = attrs.evolve(stored.world.hospital, listed_ids=("one", "another"), origin=come_from)
    desk = operator(stored.world, stored.world.hospital, stored.newcomer().physician_id)
    issued = stored.world.application.accounts.issue_code(SYSTEM, desk)
    stored.world.application.accounts.activate(
        stored.world.application.accounts.log_in("desk-01", issued.code).token, "Zhuang-77-jin"
    )
    logged_in = attrs.evolve(acting(stored.world, desk), origin=come_from)
    with stored.world.application.store.begin(write=False) as unit:
        for one in (embedded, logged_in):
            again = asker_of(unit, told(one))
            assert again is not None
            assert (one, come_from) == (again, again.origin)

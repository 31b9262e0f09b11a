"""People are told of what concerns them, once, in the unit of work of its cause or by a job after it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.notices.inbox import receipt_of, recipients_of
from kaohe_workflow.application.stored import Notice, Recipient
from kaohe_workflow.errors import NotFound, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, Return, Save
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.notices import NoticeKind, RecipientKind
from kaohe_workflow.values.terms import AccountKind, ReturnCode
from kaohe_workflow.values.windows import local_date


def told(world: World, principal: Principal, kind: NoticeKind | None = None) -> list[Notice]:
    """What lies in the inbox, oldest first."""
    notices = world.application.inbox.page(principal, limit=200).notices[::-1]
    return [notice for notice in notices if kind in (None, notice.kind)]


@pytest.mark.manual("N-3.15")
def test_a_published_cycle_is_told_to_every_organisation_but_its_own(stored: Journeys) -> None:
    """Institutions first, by the job that follows; the physicians are told when they are enrolled."""
    world = stored.world
    found = [
        [notice.text for notice in told(world, principal, NoticeKind.SCHEDULE)]
        for principal in (world.hospital, world.agency, world.county, world.city, world.province)
    ]
    newcomer = stored.newcomer()

    assert [1, 1, 1, 1, 0] == [len(texts) for texts in found]
    assert "2023年11月27日至2023年12月27日" in found[0][0]
    assert [] == told(world, newcomer.principal)


def test_who_is_enrolled_is_told_in_the_same_unit_of_work(journeys: Journeys) -> None:
    """Each of a bulk; who is refused is told nothing."""
    world = journeys.world
    world.at(FILING_DAY)
    travellers = [journeys.newcomer() for _ in range(3)]
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]
    world.application.door.send_many(world.hospital, "assessment", "enrol", items[:2])
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "assessment", travellers[0].case_id, "enrol", Enrol())
    found = [[notice.kind for notice in told(world, one.principal)] for one in travellers]

    assert [[NoticeKind.REGISTRATION], [NoticeKind.REGISTRATION], []] == found


@pytest.mark.manual("S-I10")
def test_a_return_is_told_with_its_reason(stored: Journeys) -> None:
    """At each level: to who must act next, and to the physician."""
    world, traveller = stored.world, stored.to("awaiting_agency_review")
    case_id = traveller.case_id
    world.send(
        world.agency, "assessment", case_id, "return", Return(code=ReturnCode.INCOMPLETE), reason="缺少盖章"
    )
    found = [
        [notice.text for notice in told(world, principal, NoticeKind.RETURN)]
        for principal in (traveller.principal, world.hospital, world.agency)
    ]

    assert [1, 1, 0] == [len(texts) for texts in found]
    assert "缺少盖章" in found[0][0]


def test_a_result_is_told_with_its_version_and_received_when_opened(stored: Journeys) -> None:
    """The day of the first opening, at the latest seven days after delivery (a parameter)."""
    world, traveller = stored.world, stored.to("unqualified")
    principal = traveller.principal
    notice = next(
        one for one in told(world, principal, NoticeKind.RESULT) if one.case_id == traveller.case_id
    )
    version = world.application.cases.get(
        world.province, "assessment", traveller.case_id
    ).record.result_version
    delivered = local_date(notice.delivered_at)

    def received(on: date) -> date | None:
        world.at(on)
        moment = world.application.catalogue.moment(world.clock.now())
        with world.application.store.begin(write=False) as unit:
            return receipt_of(unit, moment, traveller.physician_id, traveller.case_id, version)

    assert version == notice.result_version
    assert "30日内" in notice.text
    assert None is received(delivered + timedelta(days=6))
    assert delivered + timedelta(days=7) == received(delivered + timedelta(days=7))
    assert delivered + timedelta(days=7) == received(delivered + timedelta(days=9))
    world.clock.set(notice.delivered_at + timedelta(days=2))
    world.application.inbox.open(principal, notice.id)
    assert delivered + timedelta(days=2) == received(delivered + timedelta(days=9))


def test_another_version_is_not_received(journeys: Journeys) -> None:
    """The receipt is that of one version of the result."""
    world, traveller = journeys.world, journeys.to("unqualified")
    world.at(date(2025, 1, 1))
    moment = world.application.catalogue.moment(world.clock.now())
    with world.application.store.begin(write=False) as unit:
        found = receipt_of(unit, moment, traveller.physician_id, traveller.case_id, 99)

    assert found is None


def test_nobody_opens_what_is_anothers(journeys: Journeys) -> None:
    """Not found, and nothing is noted."""
    world, traveller = journeys.world, journeys.to("awaiting_registration")
    notice = told(world, traveller.principal)[0]
    for principal in (world.hospital, world.province):
        with pytest.raises(NotFound):
            world.application.inbox.open(principal, notice.id)

    assert None is told(world, traveller.principal)[0].opened_at


def test_opening_counts_once(journeys: Journeys) -> None:
    """The second opening reads, and changes nothing; the counter of the home page goes by it."""
    world, traveller = journeys.world, journeys.to("awaiting_registration")
    principal = traveller.principal
    notice = told(world, principal)[0]
    before = world.application.home.show(principal).unopened_notices
    first = world.application.inbox.open(principal, notice.id)
    world.clock.set(world.clock.now() + timedelta(hours=1))
    second = world.application.inbox.open(principal, notice.id)

    assert first == second
    assert before - 1 == world.application.home.show(principal).unopened_notices


def test_inboxes_go_by_what_the_caller_is(world: World) -> None:
    """An organisation's is everybody's who acts for it; an auditor has the account's own, the first password none."""
    auditor = Principal(account_id="k1", kind=AccountKind.AUDITOR, organisation_id="h1", path="/h1/")
    waiting = Principal(account_id="k1", kind=AccountKind.ORGANISATION, organisation_id="h1", init_only=True)

    assert (Recipient(RecipientKind.ACCOUNT, "k1"),) == recipients_of(auditor)
    assert () == recipients_of(waiting)
    assert Recipient(RecipientKind.ORGANISATION, str(world.hospital.organisation_id)) in recipients_of(
        world.hospital
    )


def test_who_is_drafting_for_a_disabled_department_is_told(journeys: Journeys) -> None:
    """Those alone whose registration names it (手册 2.2.3)."""
    world = journeys.world
    drafting, filed = journeys.to("awaiting_registration"), journeys.to("awaiting_institution_review")
    other = world.send(
        world.hospital,
        "department",
        None,
        "create",
        CreateDepartment(str(world.hospital.organisation_id), "皮肤科"),
    ).id
    draft = Save(filing(other))
    world.send(drafting.principal, "assessment", drafting.case_id, "save", draft)
    world.send(world.hospital, "department", other, "disable")
    world.settle()
    found = [len(told(world, one.principal, NoticeKind.DEPARTMENT)) for one in (drafting, filed)]

    assert [1, 0] == found


def test_a_page_done_twice_tells_nobody_twice(journeys: Journeys) -> None:
    """The same windows changed again are another cause, the same job is not."""
    world = journeys.world
    with world.application.store.begin() as unit:
        kept = unit.jobs(9)
    world.settle()
    with world.application.store.begin() as unit:
        unit.enqueue(kept)
        unit.commit()
    world.settle()

    assert 1 == len(told(world, world.hospital, NoticeKind.SCHEDULE))

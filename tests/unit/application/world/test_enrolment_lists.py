"""考核名单 end to end: handed in, approved as a whole, supplemented; what waits for it, and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, ForceMove
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.enrolment_list.events import Submit as SubmitList
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.enrolment_lists import approving_lists, hand_in_list
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import FILING_DAY, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World, filing, make_organisation
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.terms import OrganisationKind, ReturnCode
from tests.unit.application.world.conftest import ILLNESS
from tests.unit.application.world.steps import case_of, events_of, refused
from tests.unit.application.world.test_early import ordered
from tests.unit.application.world.test_recusals import asked, named, seated

pytestmark = pytest.mark.manual("N-2.6")

INCOMPLETE = Return(ReturnCode.INCOMPLETE)


@pytest.fixture
def quick() -> Iterator[Journeys]:
    """The same in memory."""
    with open_world(list_approval=True, deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)


def submit(journeys: Journeys, traveller: Traveller, **filed: Any) -> tuple[Any, ...]:
    """The registration of somebody, as it is sent."""
    payload = Submit(filing(journeys.department_id, **filed))
    return traveller.principal, "assessment", traveller.case_id, "submit", payload


def deferral(journeys: Journeys, traveller: Traveller) -> tuple[Any, ...]:
    """An application for 延考, as it is sent."""
    proof = hand_in(journeys.world.application, traveller.principal)
    payload = Apply(ground="illness", attachments=(proof,), assessment_id=traveller.case_id)
    return traveller.principal, "deferral", None, "apply", payload


def approve(world: World, list_id: str, by: Principal | None = None) -> str:
    """Approve a list, by the agency if nobody else is named; its state."""
    return world.send(by or world.agency, "enrolment_list", list_id, "approve").state


def approved(world: World, list_id: str) -> tuple[str, ...]:
    names: tuple[str, ...] = case_of(world, "enrolment_list", list_id).record.approved
    return names


def told(world: World, principal: Principal) -> list[str]:
    """What an organisation was told of lists, the oldest first."""
    found = world.application.inbox.page(principal, limit=200).notices
    return [one.text for one in reversed(found) if one.kind is NoticeKind.AGENCY and "考核名单" in one.text]


def test_simplified_waits_for_the_approved_list(listing: Journeys) -> None:
    """Without a list, and while it waits or was returned, 简易程序 is refused; once it is approved, it is not."""
    world, traveller = listing.world, listing.to("awaiting_registration")
    sent = submit(listing, traveller, **SIMPLIFIED)
    missing = refused(world, *sent)
    list_id = hand_in_list(world)
    waiting = refused(world, *sent)
    world.send(world.agency, "enrolment_list", list_id, "return", INCOMPLETE, reason="漏报一人")
    returned = refused(world, *sent)
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")
    approve(world, list_id)
    world.send(*sent)

    assert [["list_settled"]] * 3 == [missing, waiting, returned]
    assert "awaiting_institution_review" == listing.state(traveller)
    assert ["submit", "return", "resubmit", "approve"] == events_of(world, "enrolment_list", list_id)
    assert () == world.application.verification.run().findings


def test_the_general_procedure_waits_for_nothing(quick: Journeys) -> None:
    """Who sits both papers registers as everywhere else."""
    traveller = quick.to("awaiting_agency_review")

    assert "awaiting_agency_review" == quick.state(traveller)


def test_exemption_and_deferral_wait_for_the_approved_list(listing: Journeys) -> None:
    """免考 and 延考 are refused without it, also to who is not on it; whoever is on it applies."""
    world, traveller = listing.world, listing.to("awaiting_assessment")
    exemption = "list_settled" in refused_exemption(listing, traveller)
    deferred = refused(world, *deferral(listing, traveller))
    approve(world, hand_in_list(world))
    late = listing.to("awaiting_assessment")
    unlisted = refused(world, *deferral(listing, late))
    listing.apply_for_exemption(traveller)
    world.send(*deferral(listing, traveller))

    assert exemption
    assert [["list_settled"]] * 2 == [deferred, unlisted]


def refused_exemption(journeys: Journeys, traveller: Traveller) -> list[str]:
    """What refuses an application for 免考."""
    with pytest.raises(TransitionRefused) as caught:
        journeys.apply_for_exemption(traveller)
    return names(caught.value)


def names(refusal: TransitionRefused) -> list[str]:
    """The guards that refuse."""
    return [getattr(reason, "name", reason.code) for reason in refusal.reasons]


def test_a_province_without_lists_asks_for_none(journeys: Journeys) -> None:
    """With the parameter off 简易程序 is registered for at once, and no list can be handed in."""
    traveller = journeys.to("awaiting_institution_review", **SIMPLIFIED)
    with pytest.raises(TransitionRefused) as caught:
        hand_in_list(journeys.world)

    assert "awaiting_institution_review" == journeys.state(traveller)
    assert ["wanted"] == names(caught.value)


def test_who_is_let_in_later_comes_by_a_supplement(listing: Journeys) -> None:
    """Nobody new: nothing to supplement. Whoever was approved stays so meanwhile; the newcomer waits."""
    world, first = listing.world, listing.to("awaiting_registration")
    list_id = hand_in_list(world)
    approve(world, list_id)
    nothing = refused(world, world.hospital, "enrolment_list", list_id, "resubmit")
    second = listing.to("awaiting_registration")
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")
    record = case_of(world, "enrolment_list", list_id).record
    world.send(*submit(listing, first, **SIMPLIFIED))
    waiting = refused(world, *submit(listing, second, **SIMPLIFIED))
    approve(world, list_id)
    world.send(*submit(listing, second, **SIMPLIFIED))

    assert ["names_to_add"] == nothing
    assert ((second.case_id,), (first.case_id,), 2) == (record.added, record.approved, record.edition)
    assert ["list_settled"] == waiting
    assert {first.case_id, second.case_id} == set(approved(world, list_id))


def test_another_institution_has_another_list(quick: Journeys) -> None:
    """A physician who was moved by force is on the list of where he was, not on that of where he is."""
    world, traveller = quick.world, quick.to("awaiting_registration")
    approve(world, hand_in_list(world))
    move = ForceMove(str(quick.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", move, reason="机构合并")
    made = CreateDepartment(str(quick.elsewhere.organisation_id), "内科", ("03",))
    department = world.send(quick.elsewhere, "department", None, "create", made).id
    sent = (
        traveller.principal,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(department, **SIMPLIFIED)),
    )
    unlisted = refused(world, *sent)
    approve(world, hand_in_list(world, quick.elsewhere), quick.neighbour)
    world.send(*sent)

    assert ["list_settled"] == unlisted


def test_who_assesses_decides(quick: Journeys) -> None:
    """The assigned agency; the direct superior where there is none. The institution itself does not, nor a stranger."""
    world = quick.world
    quick.to("awaiting_registration")
    list_id = hand_in_list(world)
    with pytest.raises(NotPermitted):
        approve(world, list_id, world.hospital)
    with pytest.raises(NotPermitted):
        approve(world, list_id, world.county)
    with pytest.raises(NotFound):
        approve(world, list_id, quick.elsewhere)
    unassigned = quick.newcomer(quick.elsewhere)
    world.send(quick.elsewhere, "assessment", unassigned.case_id, "enrol", Enrol())
    other = hand_in_list(world, quick.elsewhere)

    assert "approved" == approve(world, list_id)
    assert "approved" == approve(world, other, quick.neighbour)


def test_nobody_hands_in_and_decides(quick: Journeys) -> None:
    """A hospital that assesses itself needs a second person, or another account, for its own list."""
    world = quick.world
    quick.to("awaiting_registration")
    world.entrust(world.hospital)
    own = AssignAgency(world.hospital.organisation_id)
    world.send(world.county, "institution", str(world.hospital.organisation_id), "assign_agency", own)
    list_id = hand_in_list(world)
    same = refused(world, world.hospital, "enrolment_list", list_id, "approve")
    another = attrs.evolve(world.hospital, account_id="another", operator_id="second")

    assert ["another_hand"] == same
    assert "approved" == approve(world, list_id, another)


def test_whoever_is_held_off_from_somebody_decides_on_no_list_with_the_name(quick: Journeys) -> None:
    """考核办法 第十六条: another member decides; where the name was approved already, the member may again."""
    world, traveller = quick.world, quick.to("awaiting_registration")
    li, wang = named(world, "li"), named(world, "wang")
    seated(world, ("李委员", li), ("王委员", wang))
    list_id = hand_in_list(world)
    asked(world, traveller)
    kept_out = refused(world, li, "enrolment_list", list_id, "approve")
    approve(world, list_id, wang)
    quick.to("awaiting_registration")
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")

    assert ["not_recused"] == kept_out
    assert "approved" == approve(world, list_id, li)


def test_a_list_is_of_who_takes_part(quick: Journeys) -> None:
    """Whoever is not let in, or was taken out again, is not on it; without anybody there is none."""
    world = quick.world
    quick.not_before(FILING_DAY)
    quick.newcomer()
    empty = refused(world, world.hospital, "enrolment_list", None, "submit", _payload(world))
    listed, gone = quick.to("awaiting_registration"), quick.to("withdrawn")
    list_id = hand_in_list(world)
    record = case_of(world, "enrolment_list", list_id).record
    twice = refused(world, world.hospital, "enrolment_list", None, "submit", _payload(world))

    assert ["anybody_enrolled"] == empty
    assert (listed.case_id,) == record.listed
    assert gone.case_id not in record.listed
    assert ["only_list"] == twice


def _payload(world: World) -> SubmitList:
    return SubmitList(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id)


def test_whoever_decides_and_whoever_waits_is_told(quick: Journeys) -> None:
    """Handed in: the agency. Returned with the reason, approved: the institution. Nobody else."""
    world = quick.world
    quick.to("awaiting_registration")
    list_id = hand_in_list(world)
    world.send(world.agency, "enrolment_list", list_id, "return", INCOMPLETE, reason="漏报一人")
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")
    approve(world, list_id)
    to_agency, to_hospital = told(world, world.agency), told(world, world.hospital)

    assert ["第一人民医院已报送第一周期的考核名单，共1人，其中1人待审核，请审核。"] * 2 == to_agency
    assert ["漏报一人" in text for text in to_hospital] == [True, False]
    assert "已通过" in to_hospital[1]
    assert [[], []] == [told(world, one) for one in (world.county, world.province)]


def test_the_queue_of_the_agency(quick: Journeys) -> None:
    """未审核 is what waits, 已审核 what this agency decided; others see neither, the institution its own list."""
    world = quick.world
    quick.to("awaiting_registration")
    list_id = hand_in_list(world)

    def rows(by: Principal, **filters: str) -> list[Any]:
        return [row["id"] for row in world.application.lists.page(by, "enrolment-lists", filters).rows]

    before = rows(world.agency, agency_queue="pending"), rows(world.agency, agency_queue="reviewed")
    approve(world, list_id)
    after = rows(world.agency, agency_queue="pending"), rows(world.agency, agency_queue="reviewed")
    (row,) = world.application.lists.page(world.hospital, "enrolment-lists", {}).rows

    assert (([list_id], []), ([], [list_id])) == (before, after)
    assert (list_id, "approved", 1, 0) == tuple(row[key] for key in ("id", "state", "number", "number_added"))
    assert [] == rows(quick.elsewhere)


def test_the_home_page_counts_what_waits(listing: Journeys) -> None:
    """For the agency, until it has decided, the returned not; nobody else has a list to decide on."""
    world = listing.world

    def counted() -> list[int]:
        homes = [world.application.home.show(one) for one in (world.agency, world.hospital, world.county)]
        return [home.current.list_agency_awaiting for home in homes if home.current]

    listing.to("awaiting_registration")
    before = counted()
    list_id = hand_in_list(world)
    waiting = counted()
    world.send(world.agency, "enrolment_list", list_id, "return", INCOMPLETE, reason="漏报一人")
    returned = counted()
    world.send(world.hospital, "enrolment_list", list_id, "resubmit")
    again = counted()
    approve(world, list_id)

    assert [[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0]] == [before, waiting, returned, again]
    assert [0, 0, 0] == counted()


def test_who_is_assessed_early_needs_no_list(quick: Journeys) -> None:
    """提前考核 is ordered by who assesses, or by the administration: there is nothing to approve."""
    traveller = ordered(quick)
    quick.world.send(*submit(quick, traveller, **SIMPLIFIED))

    assert "awaiting_institution_review" == quick.state(traveller)


def test_approving_many_asks_no_more_often_than_approving_two(counted: tuple[Journeys, Any]) -> None:
    """Lists of 40 institutions cost as many questions to the store as those of 2, notices included."""
    journeys, store = counted
    world = approving_lists(journeys.world)
    world.at(FILING_DAY)
    costs = []
    for start, count in ((1000, 2), (2000, 40)):
        lists = []
        for known in people(count, start):
            home = make_organisation(
                world.application,
                world.county,
                world.county,
                f"医院{known.id_number}",
                OrganisationKind.MEDICAL,
            )
            payload = AddPhysician(
                institution_id=str(home.organisation_id), name=known.name, id_number=known.id_number
            )
            person = world.send(home, "affiliation", None, "add", payload).id
            (row,) = world.application.lists.page(home, "assessments", {"physician_id": person}).rows
            world.send(home, "assessment", row["id"], "enrol", Enrol())
            lists.append(hand_in_list(world, home))
        store.asked.clear()
        outcomes = world.application.door.send_many(
            world.county, "enrolment_list", "approve", [Item(id) for id in lists]
        )

        assert [Done] * count == [type(outcome) for outcome in outcomes]
        costs.append(Counter(store.asked))

    assert costs[0] == costs[1]

"""What an administration announces is read by those below it, who are told of it, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement, SaveAnnouncement
from kaohe_workflow.lifecycles.institution.events import ChangeSuperior, CreateInstitution
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.terms import AccountKind, OrganisationKind
from tests.unit.application.world.steps import refused

TITLE = "关于做好报名工作的公告"


def drafted(world: World, publisher: Principal, title: str = TITLE) -> str:
    """A draft of an administration."""
    words = CreateAnnouncement(
        institution_id=str(publisher.organisation_id), title=title, text="请按时完成报名。"
    )
    return world.send(publisher, "announcement", None, "create", words).id


def published(world: World, publisher: Principal, title: str = TITLE) -> str:
    """An announcement of an administration, of which everybody has been told."""
    made = drafted(world, publisher, title)
    world.send(publisher, "announcement", made, "publish")
    world.settle()
    return made


def everybody(journeys: Journeys) -> dict[str, Principal]:
    """Callers of all kinds, in one county and in the one next to it."""
    world = journeys.world
    county = world.county
    return {
        "province": world.province,
        "city": world.city,
        "county": county,
        "hospital": world.hospital,
        "agency": world.agency,
        "neighbour": journeys.neighbour,
        "elsewhere": journeys.elsewhere,
        "physician": journeys.newcomer().principal,
        "auditor": attrs.evolve(county, account_id="auditor", kind=AccountKind.AUDITOR),
        "operator": attrs.evolve(world.hospital, department_ids=(journeys.department_id,)),
        "held": attrs.evolve(world.hospital, init_only=True),
    }


def readers(journeys: Journeys, announcement: str) -> set[str]:
    """Who reads it: by its id and in the list, which agree, and counts as one."""
    application = journeys.world.application
    by_id, listed, counted = set(), set(), set()
    for name, principal in everybody(journeys).items():
        try:
            application.cases.get(principal, "announcement", announcement)
        except NotFound:
            pass
        else:
            by_id.add(name)
        rows = application.lists.page(principal, "announcements", {}, limit=200).rows
        listed |= {name} if announcement in {row["id"] for row in rows} else set()
        counted |= {name} if application.lists.count(principal, "announcements", {})[()] else set()
    assert by_id == listed == counted
    return by_id


def told(world: World, principal: Principal) -> list[str]:
    """What an inbox says of announcements, oldest first."""
    page = world.application.inbox.page(principal, limit=200)
    return [one.text for one in page.notices[::-1] if one.kind is NoticeKind.ANNOUNCEMENT]


COUNTY = {"county", "hospital", "agency"}
ABOVE = {"province", "city", "auditor"}
"""Those who see whatever the county does: its superiors, and its auditor."""

PUBLISHERS: dict[str, tuple[Callable[[Journeys], Principal], set[str]]] = {
    "county": (lambda journeys: journeys.world.county, COUNTY | ABOVE),
    "city": (lambda journeys: journeys.world.city, COUNTY | {"city", "province", "neighbour", "elsewhere"}),
    "province": (
        lambda journeys: journeys.world.province,
        COUNTY | {"city", "province", "neighbour", "elsewhere"},
    ),
    "neighbour": (lambda journeys: journeys.neighbour, {"neighbour", "elsewhere", "city", "province"}),
}
"""Who publishes → who reads it."""


@pytest.mark.manual("N-3.15")
@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_an_announcement_is_read_by_every_organisation_below(stored: Journeys, publisher: str) -> None:
    """By county, city and province; by no other county, no physician, nobody who acts for a department alone."""
    find, expected = PUBLISHERS[publisher]
    announcement = published(stored.world, find(stored))

    assert expected == readers(stored, announcement)
    assert () == stored.world.application.verification.run().findings


@pytest.mark.manual("N-3.15")
def test_every_organisation_below_is_told_once(stored: Journeys) -> None:
    """A message to all institutions below, however deep, by a job; publisher and whoever is closed are told nothing."""
    world = stored.world
    made = CreateInstitution(
        superior_id=str(world.county.organisation_id), name="旧诊所", kind=OrganisationKind.MEDICAL
    )
    closed = world.send(world.county, "institution", None, "create", made).id
    world.send(world.county, "institution", closed, "close", reason="停业")
    published(world, world.city)
    world.settle()
    offices = [*everybody(stored).values()][:7]
    shut = attrs.evolve(world.hospital, account_id="closed", organisation_id=closed)
    found = [len(told(world, one)) for one in (*offices, shut)]

    assert [0, 0, 1, 1, 1, 1, 1, 0] == found
    assert [f"市卫生健康委员会发布公告：{TITLE}。请在公告中查看全文。"] == told(world, world.hospital)


@pytest.mark.manual("N-3.15")
def test_a_draft_is_read_by_nobody_below(stored: Journeys) -> None:
    """Until it is published, and after it is discarded; nobody is told."""
    world = stored.world
    draft = drafted(world, world.county)
    before = readers(stored, draft)
    world.send(
        world.county, "announcement", draft, "save", SaveAnnouncement(title="另一公告", text="请按时审核。")
    )
    world.send(world.county, "announcement", draft, "discard")
    world.settle()

    assert ABOVE | {"county"} == before == readers(stored, draft)
    assert [] == told(world, world.hospital)


@pytest.mark.manual("N-3.15")
def test_what_is_withdrawn_is_read_by_nobody_below_any_more(stored: Journeys) -> None:
    """Who was told of it is told of the withdrawal, with the reason; what was published cannot be changed."""
    world = stored.world
    announcement = published(world, world.county)
    changed = refused(
        world, world.county, "announcement", announcement, "save", SaveAnnouncement(title="改", text="改。")
    )
    world.send(world.county, "announcement", announcement, "withdraw", reason="日期有误")
    world.settle()

    assert changed
    assert ABOVE | {"county"} == readers(stored, announcement)
    assert [
        f"区卫生健康局发布公告：{TITLE}。请在公告中查看全文。",
        f"区卫生健康局撤回公告：{TITLE}。理由：日期有误。",
    ] == told(world, world.hospital)
    assert () == world.application.verification.run().findings


def test_only_who_publishes_may_change_it(journeys: Journeys) -> None:
    """Not its superior, and nobody below, who reads it; who does not know of it is told nothing."""
    world = journeys.world
    announcement = published(world, world.county)
    for principal in (world.province, world.city, world.hospital, world.agency):
        with pytest.raises(NotPermitted):
            world.send(principal, "announcement", announcement, "withdraw", reason="撤回")
    for principal in (journeys.neighbour, journeys.elsewhere):
        with pytest.raises(NotFound):
            world.send(principal, "announcement", announcement, "withdraw", reason="撤回")
    with pytest.raises(NotPermitted):
        drafted(world, world.hospital)
    words = CreateAnnouncement(institution_id=str(world.county.organisation_id), title=TITLE, text="请报名。")
    for stranger in (world.hospital, journeys.neighbour):
        with pytest.raises(NotFound):
            world.send(stranger, "announcement", None, "create", words)
    with pytest.raises(NotPermitted):
        world.send(world.city, "announcement", None, "create", words)

    assert "published" == world.state_of("announcement", announcement)


def test_who_moves_below_another_reads_what_is_announced_there(stored: Journeys) -> None:
    """What counts is the place in the tree today; the message of then stays in the inbox."""
    world = stored.world
    here, there = published(world, world.county, "本区公告"), published(world, stored.neighbour, "邻区公告")
    hospital = stored.elsewhere
    moved = ChangeSuperior(str(world.county.organisation_id))
    world.send(world.city, "institution", hospital.organisation_id, "change_superior", moved)
    path = f"{world.county.path}{hospital.organisation_id}/"
    rows = world.application.lists.page(attrs.evolve(hospital, path=path), "announcements", {}).rows

    assert [here] == [row["id"] for row in rows]
    assert there not in {row["id"] for row in rows}
    assert 1 == len(told(world, hospital))


def test_history_is_the_publishers_own(journeys: Journeys) -> None:
    """Who reads an announcement is not told who wrote it and why it was changed."""
    world = journeys.world
    announcement = published(world, world.county)
    history = world.application.cases.history(world.county, "announcement", announcement)
    with pytest.raises(NotPermitted):
        world.application.cases.history(world.hospital, "announcement", announcement)

    assert ["create", "publish"] == [step.event for step in history]


def test_whoever_reads_it_may_fetch_its_files(stored: Journeys) -> None:
    """A file of a draft is the publisher's; published, everybody's below; withdrawn, the publisher's again."""
    world = stored.world
    file = hand_in(world.application, world.county)
    words = CreateAnnouncement(
        institution_id=str(world.county.organisation_id), title=TITLE, text="见附件。", attachments=(file,)
    )
    announcement = world.send(world.county, "announcement", None, "create", words).id

    def fetched(principal: Principal) -> bool:
        try:
            world.application.attachments.of_case(principal, "announcement", announcement, file)
        except NotFound:
            return False
        return True

    found = []
    for event in ("publish", "withdraw", None):
        found.append([fetched(one) for one in (world.county, world.hospital, stored.elsewhere)])
        if event:
            world.send(world.county, "announcement", announcement, event, reason="撤回")

    assert [[True, False, False], [True, True, False], [True, False, False]] == found


def test_announcements_are_found_by_title_and_day(stored: Journeys) -> None:
    """By the beginning of the title, the publisher, the state, and the day of publication, both ends included."""
    world = stored.world
    first = published(world, world.county, "报名公告")
    second = published(world, world.city, "审核公告")
    draft = drafted(world, world.county, "报名公告二")
    today = world.application.cases.get(world.county, "announcement", first).record.published_on

    def found(principal: Principal, **filters: str) -> set[str]:
        return {
            str(row["id"]) for row in world.application.lists.page(principal, "announcements", filters).rows
        }

    assert {first, draft} == found(world.county, title="报名")
    assert {first} == found(world.hospital, title="报名")
    assert {second} == found(world.hospital, institution_id=str(world.city.organisation_id))
    assert {first, second} == found(world.county, state="published")
    assert {first, second} == found(world.hospital, published_from=str(today), published_to=str(today))
    assert set() == found(world.hospital, published_from="2023-11-02")
    assert set() == found(world.hospital, published_to="2023-10-31")


@pytest.mark.parametrize("order", ["published_on", "-published_on"])
def test_pages_follow_each_other_by_the_day(stored: Journeys, order: str) -> None:
    """A draft, which has no day, beside what was published: no row twice, none left out."""
    world = stored.world
    made = {drafted(world, world.county), published(world, world.county), published(world, world.city)}
    seen, after = [], None
    for _ in range(4):
        page = world.application.lists.page(
            world.county, "announcements", {}, order=order, after=after, limit=1
        )
        seen += [str(row["id"]) for row in page.rows]
        after = page.next
        if after is None:
            break

    assert (3, made) == (len(seen), set(seen))

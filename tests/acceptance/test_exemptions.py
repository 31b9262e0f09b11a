"""免考 (考核办法 第二十三条, 手册 2.2.8): what it spares, in which time, and that there is none in the make-up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import PaperKind, Stage

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
TICK = timedelta(milliseconds=1)


def applied(
    journeys: Journeys,
    traveller: Traveller,
    ground: str = "residency_training",
    certificate_on: date = date(2021, 7, 1),
    *,
    none_excluded: bool = True,
) -> tuple[str, ...]:
    """The guards that refuse an application; none where it is accepted."""
    payload = Apply(
        ground=ground,
        certificate_on=certificate_on,
        none_excluded=none_excluded,
        attachments=("certificate",),
        assessment_id=traveller.case_id,
    )
    try:
        journeys.world.send(traveller.principal, "exemption", None, "apply", payload)
    except TransitionRefused as ex:
        return tuple(getattr(reason, "name", reason.code) for reason in ex.reasons)
    return ()


@pytest.mark.manual("W-4", "R-X7", "S-74")
def test_under_the_general_procedure_one_paper_is_spared(journeys: Journeys) -> None:
    """业务水平 is 已完成(合格·免考) at once, 医学人文 is still to be sat, and the case waits for it."""
    traveller = journeys.to("awaiting_assessment")
    journeys.exempt(traveller)
    granted = journeys.paper_states(traveller), journeys.state(traveller)
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    assert ({HUMANITIES: "not_sat", PROFESSIONAL: "exempt_pass"}, "awaiting_assessment") == granted
    assert "qualified" == journeys.state(traveller)


@pytest.mark.manual("R-X8")
@pytest.mark.parametrize("state", ["awaiting_makeup_approval", "awaiting_makeup"])
def test_there_is_no_exemption_in_the_make_up(journeys: Journeys, state: str) -> None:
    """补考不含免考: whoever could have been spared a paper sits it."""
    traveller = journeys.to(state)

    assert "stage_ok" in applied(journeys, traveller)


@pytest.mark.manual("R-X5")
@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("awaiting_institution_review", ("stage_ok",)),
        ("awaiting_agency_review", ("stage_ok",)),
        ("awaiting_assessment", ()),
    ],
)
def test_an_application_follows_the_approved_registration(
    journeys: Journeys, state: str, refusal: tuple[str, ...]
) -> None:
    """It is about a paper: there is none before the agency has passed the file."""
    traveller = journeys.to(state)

    assert refusal == applied(journeys, traveller)


@pytest.mark.manual("R-X9")
def test_an_application_comes_before_its_window_closes(journeys: Journeys) -> None:
    """The last millisecond of 免考申请时间 is in time, the next one is not."""
    in_time, late = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    closes_at = WINDOWS.exemption.closes_at
    journeys.world.clock.set(closes_at - TICK)
    accepted = applied(journeys, in_time)
    journeys.world.clock.set(closes_at)

    assert () == accepted
    assert "apply_open" in applied(journeys, late)


@pytest.mark.manual("R-23.1", "R-X1")
@pytest.mark.parametrize(
    ("ground", "refusal"),
    [
        ("residency_training", ()),
        ("title_promotion", ()),
        ("general_practice_transfer", ("ground_listed",)),
        ("age", ("ground_listed",)),
    ],
)
def test_the_law_knows_two_grounds(journeys: Journeys, ground: str, refusal: tuple[str, ...]) -> None:
    """规培 and a passed examination for the next title; what the province does not list spares nobody."""
    traveller = journeys.to("awaiting_assessment")

    assert refusal == applied(journeys, traveller, ground)


@pytest.mark.manual("R-23.1", "R-X4")
@pytest.mark.parametrize(
    ("certificate_on", "refusal"),
    [
        (date(2019, 12, 31), ("date_in_cycle",)),
        (date(2020, 1, 1), ()),
        (date(2022, 12, 31), ()),
        (date(2023, 1, 1), ("date_in_cycle",)),
    ],
)
def test_a_certificate_is_dated_in_the_cycle(
    journeys: Journeys, certificate_on: date, refusal: tuple[str, ...]
) -> None:
    """The same under 简易程序, where 医学人文 would be spared: both end days of the cycle count."""
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)

    assert refusal == applied(journeys, traveller, certificate_on=certificate_on)


@pytest.mark.manual("S-72", "R-X1")
@pytest.mark.parametrize(
    ("ground", "exclusion"),
    [("residency_training", "全科医师转岗培训"), ("title_promotion", "执业助理医师取得执业医师资格")],
)
@pytest.mark.parametrize("none_excluded", [True, False])
def test_who_applies_declares_that_nothing_excludes_it(
    ground: str, exclusion: str, none_excluded: bool
) -> None:
    """What the province does not count is named in the refusal, and shown with the application to both reviewers."""
    with open_world(province="sichuan") as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        refusal = applied(journeys, traveller, ground, none_excluded=none_excluded)
        rows = world.application.lists.page(world.hospital, "exemptions", {}).rows
        shown = [
            world.application.cases.get(reader, "exemption", str(row["id"])).record.disclaimed
            for row in rows
            for reader in (world.hospital, world.agency)
        ]

    assert (() if none_excluded else ("exclusions_declared",)) == refusal
    assert ([(exclusion,), (exclusion,)] if none_excluded else []) == shown


@pytest.mark.parametrize("none_excluded", [True, False])
def test_a_ground_without_exclusions_needs_no_declaration(none_excluded: bool) -> None:
    """There is nothing to declare, and nothing is shown."""
    with open_world(exemption_grounds=[{"code": "abroad", "label": "援外"}]) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        refusal = applied(journeys, traveller, "abroad", none_excluded=none_excluded)
        (row,) = world.application.lists.page(world.hospital, "exemptions", {}).rows
        record = world.application.cases.get(world.hospital, "exemption", str(row["id"])).record

    assert ((), ()) == (refusal, record.disclaimed)

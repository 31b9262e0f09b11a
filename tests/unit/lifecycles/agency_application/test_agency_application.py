"""What an application to be an assessment institution looks at, at its bounds, and what it keeps."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.agency_application.actions import ACTIONS, shortfalls
from kaohe_workflow.lifecycles.agency_application.case import (
    AgencyApplication,
    Bar,
    Fault,
    Material,
    Rank,
    Shortfall,
)
from kaohe_workflow.lifecycles.agency_application.case import CommitteeShortfall as Lack
from kaohe_workflow.lifecycles.agency_application.events import (
    MAXIMUM_MEMBERS,
    Disqualify,
    OpenPermission,
    ReportCorrection,
    SaveCommittee,
    SaveMaterial,
    Seat,
)
from kaohe_workflow.lifecycles.agency_application.facts import AgencyApplicationFacts, InstitutionView
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.testing.agencies import APPLICATION, MATERIAL, RUNNING_CYCLE, AgencyApplicationAround
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.attachment import MAXIMUM_FILES
from kaohe_workflow.values.terms import OrganisationKind as Kind

NOW = china(date(2023, 11, 25))
AROUND = AgencyApplicationAround()
RETURNED = attrs.evolve(APPLICATION, returned_at=china(date(2023, 12, 1), 23, 59, 59))


def facts(record=APPLICATION, payload=None, around=AROUND, *, now=NOW, **parameters):
    """The facts of an application."""
    moment = Moment(now, attrs.evolve(DEFAULTS, **parameters))
    return AgencyApplicationFacts(record, payload or NoPayload(), around, moment)


def after(action, payload=None, record=APPLICATION, around=AROUND, **parameters):
    """The record after an action."""
    step = Step(
        case_id="case",
        event="event",
        source="source",
        target="target",
        payload=payload or NoPayload(),
        around=around,
        moment=Moment(NOW, attrs.evolve(DEFAULTS, **parameters)),
        account_id="account",
    )
    return ACTIONS[action](record, step)


@pytest.mark.manual("S-36")
@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2023, 11, 21), 23, 59, 59), "before"),
        (china(date(2023, 11, 22), 0), "open"),
        (china(date(2023, 12, 2), 23, 59, 59), "open"),
        (china(date(2023, 12, 3), 0), "over"),
    ],
)
def test_the_window_has_days_of_china(now, position):
    """申请考核机构时间: both days are inside."""

    assert position == facts(now=now).application_window


@pytest.mark.parametrize(
    ("now", "days", "position"),
    [
        (china(date(2023, 12, 6), 23, 59, 59), 5, "open"),
        (china(date(2023, 12, 7), 0), 5, "over"),
        (china(date(2023, 12, 2), 23, 59, 59), 0, "open"),
        (china(date(2023, 12, 3), 0), 0, "over"),
    ],
)
def test_what_is_returned_may_be_submitted_for_some_days(now, days, position):
    """The day of the return is day 0, the last day counts whole; never shorter than the window."""

    assert position == facts(RETURNED, now=now, agency_resubmit_days=days).resubmission


def test_without_a_cycle_nothing_is_open():
    """What is unknown refuses."""
    nowhere = facts(around=AgencyApplicationAround(cycle=None))

    assert ("over", "over", False, True) == (
        nowhere.application_window,
        nowhere.resubmission,
        nowhere.cycle_running,
        nowhere.barred,
    )
    assert (None, None) == (nowhere.application_closes_at, nowhere.resubmission_closes_at)


@pytest.mark.parametrize(
    ("state", "running", "closed"),
    [
        ("draft", False, False),
        ("published", True, False),
        ("makeup", True, False),
        ("archived", False, True),
        ("discarded", False, True),
    ],
)
def test_the_cycle_runs_from_publication_to_archive(state, running, closed):
    """A draft neither runs nor is closed."""
    seen = facts(around=AgencyApplicationAround(cycle=attrs.evolve(RUNNING_CYCLE, state=state)))

    assert (running, closed) == (seen.cycle_running, seen.cycle_closed)


def around_bar(first_year, cycles, *published):
    """Lost in the cycle of one year; the cycle that is applied for begins in 2020."""
    return AgencyApplicationAround(
        bars=(Bar(first_day=date(first_year, 1, 1), cycles=cycles),),
        published_days=tuple(date(year, 1, 1) for year in published),
    )


@pytest.mark.manual("R-29.1")
@pytest.mark.parametrize(
    ("around", "barred"),
    [
        (around_bar(2017, 2, 2017, 2020), True),
        (around_bar(2014, 2, 2014, 2017, 2020), True),
        (around_bar(2014, 2, 2014, 2017), True),
        (around_bar(2011, 2, 2011, 2014, 2017, 2020), False),
        (around_bar(2011, 3, 2011, 2014, 2017, 2020), True),
        (around_bar(2014, 2, 2014, 2020), True),
        (around_bar(2023, 2, 2020, 2023), False),
        (AgencyApplicationAround(), False),
    ],
)
def test_the_bar_counts_cycles(around, barred):
    """Two cycles or more after the one in which the status was lost: the third is free (考核办法 第二十九条)."""

    assert barred == facts(None, OpenPermission("hospital", "cycle"), around).barred


@pytest.mark.parametrize(
    ("given", "minimum", "enough"), [(1, 2, False), (2, 2, True), (2, 3, False), (3, 3, True)]
)
def test_the_bar_is_as_long_as_the_province_says_at_least(given, minimum, enough):
    """agency_bar_cycles, included."""
    payload = Disqualify((Fault.UNFAIR,), given)

    assert enough == facts(payload=payload, agency_bar_cycles=minimum).bar_long_enough


@pytest.mark.parametrize(("faults", "named"), [((), False), ((Fault.PROVINCIAL,), True)])
def test_a_disqualification_says_what_for(faults, named):
    """One of the items at least; one that is named twice counts once."""

    assert named == facts(payload=Disqualify((*faults, *faults), 2)).fault_named
    assert faults == Disqualify((*faults, *faults), 2).faults


@pytest.mark.manual("S-34")
@pytest.mark.parametrize(
    ("missing", "complete"),
    [
        ("registration_form", False),
        ("licence", False),
        ("committee", False),
        ("rules", False),
        ("other", True),
    ],
)
def test_four_of_the_five_attachments_are_asked_for(missing, complete):
    """附件1至4 必传, 5 可选."""
    material = attrs.evolve(MATERIAL, **{"other": ("more",)} | {missing: ()})

    assert complete == facts(attrs.evolve(APPLICATION, material=material)).material_complete


@pytest.mark.parametrize("institution", [None, InstitutionView(kind=Kind.CITY, state="active", beds=None)])
def test_no_administration_is_entrusted(institution):
    """Nor what is not there."""

    assert facts(around=AgencyApplicationAround(institution=institution)).is_administration


@pytest.mark.parametrize(
    ("kind", "beds", "physicians", "found"),
    [
        (Kind.MEDICAL, None, 0, [Shortfall.BEDS_UNKNOWN]),
        (Kind.MEDICAL, 99, 0, [Shortfall.FEW_BEDS]),
        (Kind.MEDICAL, 100, 0, []),
        (Kind.PREVENTION, None, 49, [Shortfall.FEW_PHYSICIANS]),
        (Kind.PREVENTION, None, 50, []),
        (Kind.SOCIETY, None, 0, []),
    ],
)
def test_thresholds_warn(kind, beds, physicians, found):
    """100 beds of a medical institution, 50 physicians of one for prevention (考核办法 第七条)."""
    institution = InstitutionView(kind=kind, state="active", beds=beds)

    assert found == list(shortfalls(institution, physicians, DEFAULTS))


def test_thresholds_are_the_provinces():
    """Both are parameters."""
    institution = InstitutionView(kind=Kind.MEDICAL, state="active", beds=100)
    stricter = attrs.evolve(DEFAULTS, agency_minimum_beds=101)

    assert [Shortfall.FEW_BEDS] == list(shortfalls(institution, 0, stricter))


def test_warnings_are_those_of_today():
    """What was short and is no more is not told any more."""
    short = attrs.evolve(APPLICATION, warnings=(Shortfall.FEW_BEDS,))

    assert () == after("note_thresholds", record=short).warnings
    assert () == after("note_thresholds", around=AgencyApplicationAround(institution=None)).warnings


def test_what_each_step_leaves():
    """Times, files, grounds: each in its place."""
    made = after("create_application", OpenPermission("hospital", "cycle"), None)

    assert AgencyApplication(institution_id="hospital", cycle_id="cycle") == made
    assert MATERIAL == after("save_material", SaveMaterial(MATERIAL), made).material
    assert NOW == after("note_submission").submitted_at
    approved = after("note_approval")
    assert (NOW, NOW, None) == (approved.decided_at, approved.approved_at, approved.returned_at)
    assert (NOW, None) == (after("note_decision").decided_at, after("note_decision").returned_at)
    assert (NOW, NOW) == (after("note_return").decided_at, after("note_return").returned_at)
    assert NOW == after("note_filing").filed_at
    reported = after("save_report", ReportCorrection(("report",)))

    assert (("report",), ()) == (reported.report, after("ask_for_report", record=reported).report)
    barred = after("bar", Disqualify((Fault.FRAUD,), 3))

    assert ((Fault.FRAUD,), 3) == (barred.faults, barred.barred_cycles)


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: SaveMaterial(Material(rules=("f",) * (MAXIMUM_FILES + 1))), ["too-many-files"]),
        (lambda: SaveMaterial(Material(other=("\x00",))), ["text-control"]),
        (lambda: ReportCorrection(("f",) * (MAXIMUM_FILES + 1)), ["too-many-files"]),
        (lambda: Disqualify((Fault.FRAUD,), 101), ["bar-too-long"]),
    ],
)
def test_what_is_carried_is_checked(make, codes):
    """Before anything is done with it."""
    with pytest.raises(InputInvalid) as caught:
        make()

    assert codes == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("account", "named"), [(None, True), ("account-of-li", True), ("account-of-others", False)]
)
def test_accounts_on_the_roster_are_named_ones(account, named):
    """考核办法 第九条: a member may have none; a shared account, or another institution's, shows nobody."""
    roster = SaveCommittee((Seat(name="李委员", account_id=account),))

    assert named == facts(payload=roster).accounts_named


def test_the_roster_keeps_who_the_persons_are():
    """Members as they were written, with the person behind each account."""
    roster = SaveCommittee(
        (Seat(name="李委员", title="主任医师", account_id="account-of-li"), Seat(name="王委员"))
    )
    kept = after("keep_committee", roster).committee

    assert [("李委员", "主任医师", "account-of-li", "li"), ("王委员", "", None, None)] == [
        (one.name, one.title, one.account_id, one.operator_id) for one in kept
    ]


@pytest.mark.manual("R-9.1", "N-2.7")
@pytest.mark.parametrize(
    ("members", "found"),
    [
        ((), [Lack.EMPTY]),
        (((Rank.INTERMEDIATE, False), (None, True)), []),
        (((Rank.INTERMEDIATE, True),), []),
        (((Rank.JUNIOR, False), (Rank.SENIOR, True)), [Lack.BELOW_RANK]),
        (((Rank.JUNIOR, True), (Rank.ASSOCIATE_SENIOR, False)), []),
        (((None, False), (Rank.SENIOR, True)), [Lack.BELOW_RANK]),
        (((Rank.JUNIOR, True),), [Lack.NO_PROFESSIONAL]),
        (((Rank.INTERMEDIATE, False),), [Lack.NO_HEALTH_ADMINISTRATOR]),
        (((Rank.JUNIOR, False),), [Lack.BELOW_RANK, Lack.NO_PROFESSIONAL, Lack.NO_HEALTH_ADMINISTRATOR]),
    ],
)
def test_a_committee_is_of_professionals_and_health_administrators(members, found):
    """
    考核办法 第九条: 中级以上专业技术职务, 中级 included and 初级 not, and 医疗卫生管理人员; what lacks warns alone.
    """
    seats = tuple(
        Seat(name=f"委员{index}", rank=rank, administers=administers)
        for index, (rank, administers) in enumerate(members)
    )
    saved = after("keep_committee", SaveCommittee(seats))

    assert tuple(found) == after("note_committee", record=saved).committee_warnings


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ((Seat(name=" "),), "name-blank"),
        ((Seat(name="李委员"), Seat(name="李委员")), "name-repeated"),
        ((Seat(name="李\x00"),), "text-control"),
        (tuple(Seat(name=f"委员{index}") for index in range(MAXIMUM_MEMBERS + 1)), "too-many-members"),
    ],
)
def test_a_roster_has_each_name_once(members, code):
    """So that a recusal can name a member."""
    with pytest.raises(InputInvalid) as caught:
        SaveCommittee(members)

    assert code in {problem.code for problem in caught.value.problems}

"""What the guards of an organisation look at, and what happens to its record."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.institution.case import Grade, Institution
from kaohe_workflow.lifecycles.institution.events import (
    AssignAgency,
    ChangeSuperior,
    ConfirmCycle,
    CreateInstitution,
    EnterWorkingDays,
    SaveProfile,
)
from kaohe_workflow.lifecycles.institution.facts import InstitutionFacts, OrganisationView
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.organisations import (
    AGENCY_VIEW,
    CITY_VIEW,
    COUNTY,
    COUNTY_VIEW,
    HOSPITAL,
    NOW,
    InstitutionAround,
)
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.working_days import CalendarDay
from tests.unit.lifecycles.institution.rows import NEW_YEAR, PROVINCE, PROVINCE_OWN

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")

PROFILE = SaveProfile(name="市第一人民医院", address="民族大道1号", grade=Grade.THIRD_A)
MARKED = attrs.evolve(HOSPITAL, is_agency=True)
HERE = CreateInstitution(superior_id="county", name="新医院", kind=OrganisationKind.MEDICAL)
ROOT = CreateInstitution(superior_id=None, name="省卫生健康委员会", kind=OrganisationKind.PROVINCE)
CLOSED_COUNTY = attrs.evolve(COUNTY_VIEW, state="closed")


def facts(payload=None, record=HOSPITAL, **around):
    """The facts of an organisation."""
    return InstitutionFacts(
        record, payload or NoPayload(), InstitutionAround(**around), Moment(NOW, DEFAULTS)
    )


def view(kind, path, state="active", *, is_agency=False):
    """Another organisation."""
    return OrganisationView(path.split("/")[-2], kind, path, state, is_agency)


PROVINCE_VIEW = view(OrganisationKind.PROVINCE, "/province/")
K = OrganisationKind


@pytest.mark.parametrize(
    ("superior", "kind", "place"),
    [
        (PROVINCE_VIEW, K.CITY, "below"),
        (PROVINCE_VIEW, K.COUNTY, "below"),
        (PROVINCE_VIEW, K.MEDICAL, "below"),
        (PROVINCE_VIEW, K.PROVINCE, "misplaced"),
        (CITY_VIEW, K.COUNTY, "below"),
        (CITY_VIEW, K.CITY, "misplaced"),
        (CITY_VIEW, K.PROVINCE, "misplaced"),
        (COUNTY_VIEW, K.SOCIETY, "below"),
        (COUNTY_VIEW, K.CITY, "misplaced"),
        (AGENCY_VIEW, K.MEDICAL, "misplaced"),
        (attrs.evolve(COUNTY_VIEW, state="incomplete"), K.MEDICAL, "below"),
        (CLOSED_COUNTY, K.MEDICAL, "misplaced"),
        (None, K.MEDICAL, "misplaced"),
    ],
)
def test_place_below(superior, kind, place):
    """
    An organisation stands below an administration of higher rank that is not closed, and below nothing
    else.
    """
    payload = CreateInstitution(superior_id="x", name="新机构", kind=kind)

    assert place == facts(payload, None, superior=superior).place


@pytest.mark.parametrize(
    ("kind", "any_organisation", "place"),
    [(K.PROVINCE, False, "root"), (K.PROVINCE, True, "misplaced"), (K.CITY, False, "misplaced")],
)
def test_place_of_the_root(kind, any_organisation, place):
    """The first organisation is a province's administration, and there is only one without a superior."""
    payload = CreateInstitution(superior_id=None, name="机构", kind=kind)

    assert place == facts(payload, None, any_organisation=any_organisation, superior=None).place


@pytest.mark.parametrize(
    ("record", "superior", "place"),
    [
        (HOSPITAL, CITY_VIEW, "below"),
        (COUNTY, CITY_VIEW, "below"),
        (COUNTY, COUNTY_VIEW, "misplaced"),
        (COUNTY, view(K.CITY, "/province/city/county/odd/"), "misplaced"),
    ],
)
def test_place_after_a_change(record, superior, place):
    """Nothing is put below itself or below what stands below it."""

    assert place == facts(ChangeSuperior(superior.id), record, superior=superior).place


@pytest.mark.manual("S-24", "N-2.6")
@pytest.mark.parametrize(
    ("kind", "address", "grade", "complete"),
    [
        (K.MEDICAL, "民族大道1号", Grade.UNGRADED, True),
        (K.MEDICAL, "民族大道1号", None, False),
        (K.MEDICAL, None, Grade.UNGRADED, False),
        (K.PREVENTION, "民族大道1号", None, True),
        (K.COUNTY, "民族大道1号", None, True),
        (K.SOCIETY, "", None, False),
    ],
)
def test_profile_is_complete(kind, address, grade, complete):
    """Address and, of a medical institution, grade are required (手册 2.2.2)."""
    payload = SaveProfile(name="机构", address=address, grade=grade)

    assert complete is facts(payload, attrs.evolve(HOSPITAL, kind=kind)).profile_complete


@pytest.mark.manual("S-17")
@pytest.mark.parametrize(
    ("state", "running"),
    [
        (None, False),
        ("draft", False),
        ("published", True),
        ("running", True),
        ("first_ended", True),
        ("makeup", True),
        ("archived", False),
        ("discarded", False),
    ],
)
def test_cycle_that_runs(state, running):
    """A cycle runs from its publication until it is archived or discarded."""

    assert running is facts(ConfirmCycle("cycle"), cycle_state=state).cycle_running


@pytest.mark.manual("S-17")
def test_cycle_is_confirmed_once():
    """Confirming is for each cycle: another cycle's does not count."""
    record = attrs.evolve(HOSPITAL, confirmed_cycles=("older",))

    assert [True, False] == [facts(ConfirmCycle(name), record).cycle_confirmed for name in ("older", "newer")]


@pytest.mark.manual("N-3.3")
@pytest.mark.parametrize(
    ("agency", "approved"),
    [
        (AGENCY_VIEW, True),
        (attrs.evolve(AGENCY_VIEW, is_agency=False), False),
        (attrs.evolve(AGENCY_VIEW, state="incomplete"), False),
        (attrs.evolve(AGENCY_VIEW, state="closed"), False),
        (view(K.MEDICAL, HOSPITAL.path, is_agency=True), True),
        (COUNTY_VIEW, True),
        (CITY_VIEW, True),
        (attrs.evolve(COUNTY_VIEW, state="incomplete"), True),
        (CLOSED_COUNTY, False),
        (view(K.COUNTY, "/province/city/other/"), False),
        (None, False),
    ],
)
def test_agency_is_approved(agency, approved):
    """Who assesses is a marked institution, also the institution itself, or an administration above it."""

    assert approved is facts(AssignAgency("x"), agency=agency).agency_approved


def test_no_agency_is_approved():
    """Taking the agency away leaves the assessment to the direct superior."""

    assert facts(AssignAgency(None), agency=None).agency_approved


def test_root_is_reopened_without_a_superior():
    """The root needs none; everybody else's superior must not be closed."""
    root = attrs.evolve(COUNTY, superior_id=None)

    assert [True, False] == [facts(record=record, superior=None).superior_open for record in (root, HOSPITAL)]


def after(event, payload=None, record=HOSPITAL, by=ABOVE, state="active", **around):
    """The record after an event."""
    sending = Sending(
        event=event,
        by=by,
        now=NOW,
        around=InstitutionAround(**around),
        payload=payload if payload is not None else NoPayload(),
    )
    return Trial(lifecycle="institution", state=state, record=record).send(sending).record


def test_create_puts_it_below_its_superior():
    """The path is the superior's with the own id behind."""
    made = after("create", HERE, None, state="none")
    expected = Institution(
        "case", "新医院", OrganisationKind.MEDICAL, "county", "/province/city/county/case/"
    )

    assert expected == made


def test_create_root():
    """The root's path is its own id."""
    made = after(
        "create", ROOT, None, ("system", "any"), "none", any_organisation=False, superior=None, agency=None
    )

    assert "/case/" == made.path


@pytest.mark.manual("S-24", "N-2.6")
def test_profile_is_replaced_and_the_place_stays():
    """Saving the profile changes neither kind nor place nor agency."""
    record = attrs.evolve(HOSPITAL, contact="李科长", agency_id="agency")
    expected = attrs.evolve(record, address="民族大道1号", grade=Grade.THIRD_A, contact=None)

    assert expected == after("save_profile", PROFILE, record, OWN)


@pytest.mark.manual("S-17")
def test_confirmed_cycle_is_noted():
    """The cycle joins those confirmed before."""
    record = attrs.evolve(HOSPITAL, confirmed_cycles=("older",))

    assert ("older", "cycle") == after("confirm_cycle", ConfirmCycle("cycle"), record, OWN).confirmed_cycles


def test_days_stand_in_the_place_of_what_was_said_before():
    """In their order; what is taken back is statutory again, and what was not named stays."""
    day = partial(date, 2027, 2)
    old = (CalendarDay(day(1), True), CalendarDay(day(5), True), CalendarDay(day(9), False))
    given = EnterWorkingDays(
        (CalendarDay(day(6), False, "春节"), CalendarDay(day(5), False, "春节")), (day(9),)
    )
    record = attrs.evolve(PROVINCE, working_days=old)
    found = after("enter_working_days", given, record, PROVINCE_OWN).working_days

    assert ((day(1), True, ""), (day(5), False, "春节"), (day(6), False, "春节")) == tuple(
        (one.day, one.working, one.name) for one in found
    )


@pytest.mark.parametrize(
    ("days", "taken_back", "code"),
    [
        ((NEW_YEAR, NEW_YEAR), (), "day-twice"),
        ((NEW_YEAR,), (NEW_YEAR.day,), "day-twice"),
        ((), tuple(date(2027, 1, 1) + timedelta(index) for index in range(367)), "days-many"),
    ],
)
def test_days_are_named_once_and_not_all_too_many(days, taken_back, code):
    """At most a leap year of them."""
    with pytest.raises(InputInvalid) as caught:
        EnterWorkingDays(days, taken_back)

    assert [code] == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(("agency_id", "left"), [("hospital", None), ("agency", "agency"), (None, None)])
def test_unmarked_agency_no_longer_assesses_its_own(agency_id, left):
    """Its own physicians fall to the superior; another agency of its own stays."""
    record = attrs.evolve(MARKED, agency_id=agency_id)

    assert attrs.evolve(record, is_agency=False, agency_id=left) == after(
        "unmark_agency", None, record, SYSTEM
    )


@pytest.mark.manual("N-3.3")
@pytest.mark.parametrize("agency_id", ["agency", None])
def test_assigned_agency(agency_id):
    """One value, so exactly one agency."""

    assert agency_id == after("assign_agency", AssignAgency(agency_id)).agency_id


@pytest.mark.parametrize(("agency", "kept"), [(AGENCY_VIEW, "x"), (COUNTY_VIEW, None), (None, None)])
def test_change_of_superior(agency, kept):
    """
    The place changes; an assigned institution goes on assessing, an administration of the old place does
    not.
    """
    record = attrs.evolve(HOSPITAL, agency_id="x")
    moved = after("change_superior", ChangeSuperior("city"), record, superior=CITY_VIEW, agency=agency)

    assert ("city", "/province/city/case/", kept) == (moved.superior_id, moved.path, moved.agency_id)


def test_first_account_is_no_part_of_the_organisation():
    """A login that is named with a new organisation is the account's affair: the record does not keep it."""
    named = attrs.evolve(HERE, login="gx-hospital 01", label="医务科")

    assert "GXHOSPITAL01" == named.login
    assert after("create", HERE, None, state="none") == after("create", named, None, state="none")


@pytest.mark.parametrize("login", [None, ""])
def test_first_account_may_be_left_out(login):
    """Without a login name, no account is asked for."""

    assert attrs.evolve(HERE, login=login).login is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"login": " "}, "login-missing"),
        ({"login": "x" * 65}, "text-too-long"),
        ({"login": "450103800101123"}, "login-is-number"),
        ({"login": "45010319800101123x"}, "login-is-number"),
        ({"label": "x" * 201}, "text-too-long"),
    ],
)
def test_first_account_is_checked(changes, code):
    """What is wrong with the account is told before anything is made."""
    with pytest.raises(InputInvalid) as refused:
        attrs.evolve(HERE, **changes)

    assert [code] == [problem.code for problem in refused.value.problems]


def test_mark():
    """The mark is set."""

    assert MARKED == after("mark_agency", by=SYSTEM)


@pytest.mark.manual("S-24", "N-2.6")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "name-missing"),
        ({"credit_code": "1245010049850001X"}, "credit-code-malformed"),
        ({"contact_phone": "12345"}, "phone-malformed"),
    ],
)
def test_profile_is_checked(changes, code):
    """A name is required; a credit code or telephone number that is given must be one."""
    with pytest.raises(InputInvalid) as refused:
        SaveProfile(**({"name": "机构"} | changes))

    assert [code] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("agency", "kept"),
    [
        (AGENCY_VIEW, True),
        (attrs.evolve(AGENCY_VIEW, is_agency=False), False),
        (attrs.evolve(AGENCY_VIEW, state="closed"), False),
        (attrs.evolve(AGENCY_VIEW, state="incomplete"), False),
        (CITY_VIEW, True),
        (CLOSED_COUNTY, False),
        (None, False),
    ],
)
def test_reopening_keeps_an_agency_that_may_still_assess(agency, kept):
    """Who is reopened has the agency of before only if it could be assigned today; else the superior acts."""
    record = attrs.evolve(HOSPITAL, agency_id="agency")

    reopened = after("reopen", record=record, state="closed", agency=agency)

    assert ("agency" if kept else None) == reopened.agency_id


@pytest.mark.parametrize("marked", [True, False])
def test_reopening_keeps_who_is_its_own_agency(marked):
    """It was closed with its mark, so it assesses itself again; it is seen as closed until it is reopened."""
    record = attrs.evolve(HOSPITAL, agency_id="hospital", is_agency=marked)
    itself = view(K.MEDICAL, HOSPITAL.path, "closed", is_agency=marked)

    reopened = after("reopen", record=record, state="closed", agency=itself)

    assert ("hospital" if marked else None) == reopened.agency_id

"""Who a caller is towards a case: against a table written by hand."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import Principal, Standing, authorize, grants, scope, visible
from kaohe_workflow.application.conditions import Scope
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.values.terms import AccountKind, Relation
from tests.unit.application.tree import CALLERS, DOCTORS_FILE, PATHS, at, auditor, grants_of, office

CASES = {
    "file assessed by the agency": DOCTORS_FILE,
    "file assessed by the hospital itself": at("hospital", "hospital", "doctor"),
    "file without an agency": at("hospital", None, "doctor"),
    "file assessed by the city by name": at("hospital", "city", "doctor"),
    "file of the foreign hospital": at("foreign", None, "stranger"),
    "department of the hospital": at("hospital", "agency"),
    "cycle of the province": at("province"),
    "the county itself": at("county"),
    "the doctor's account": at("hospital", "agency", "doctor", "account-doctor"),
    "the county's account": at("county", None, None, "account-county"),
}


ANY_V = "A:any V:any "


BELOW_V = ANY_V + "A:subtree V:subtree"


BELOW_A = "A:any A:subtree"


# What each caller holds towards each case. A caller who is not named in a row holds only `any` of the own
# roles: see ELSEWHERE.
TABLE = {
    "file assessed by the agency": {
        "doctor": "P:any P:self",
        "hospital": "I:any I:own",
        "agency": "I:any B:any B:assigned",
        "county": BELOW_A,
        "city": BELOW_A,
        "province": BELOW_V,
    },
    "file assessed by the hospital itself": {
        "doctor": "P:any P:self",
        "hospital": "I:any I:own B:any B:assigned",
        "county": BELOW_A,
        "city": BELOW_A,
        "province": BELOW_V,
    },
    "file without an agency": {
        "doctor": "P:any P:self",
        "hospital": "I:any I:own",
        "county": BELOW_A + " B:any B:assigned",
        "city": BELOW_A,
        "province": BELOW_V,
    },
    "file assessed by the city by name": {
        "doctor": "P:any P:self",
        "hospital": "I:any I:own",
        "county": BELOW_A,
        "city": BELOW_A + " B:any B:assigned",
        "province": BELOW_V,
    },
    "file of the foreign hospital": {
        "foreign": "I:any I:own",
        "abroad": BELOW_A + " B:any B:assigned",
        "province": BELOW_V,
    },
    "department of the hospital": {
        "hospital": "I:any I:own",
        "agency": "I:any B:any B:assigned",
        "county": BELOW_A,
        "city": BELOW_A,
        "province": BELOW_V,
    },
    "cycle of the province": {"province": ANY_V + "A:own V:own"},
    "the county itself": {
        "county": "A:any A:own",
        "city": BELOW_A + " B:any B:assigned",
        "province": BELOW_V,
    },
    "the doctor's account": {
        "doctor": "P:any P:self",
        "hospital": "I:any I:own",
        "agency": "I:any B:any B:assigned",
        "county": BELOW_A,
        "city": BELOW_A,
        "province": BELOW_V,
    },
    "the county's account": {
        "county": "A:any A:own A:self",
        "city": BELOW_A + " B:any B:assigned",
        "province": BELOW_V,
    },
}


ELSEWHERE = {
    "system": "S:any",
    "doctor": "P:any",
    "other": "P:any",
    "auditor": "",
    "province": ANY_V,
    "city": "A:any",
    "abroad": "A:any",
    "county": "A:any",
    "hospital": "I:any",
    "sibling": "I:any",
    "agency": "I:any",
    "foreign": "I:any",
}


# Who may know of each case at all.
SEEN = {
    "file assessed by the agency": "system doctor hospital agency county city province auditor",
    "file assessed by the hospital itself": "system doctor hospital county city province auditor",
    "file without an agency": "system doctor hospital county city province auditor",
    "file assessed by the city by name": "system doctor hospital county city province auditor",
    "file of the foreign hospital": "system foreign abroad province",
    "department of the hospital": "system hospital agency county city province auditor",
    "cycle of the province": "system province",
    "the county itself": "system county city province auditor",
    "the doctor's account": "system doctor hospital agency county city province auditor",
    "the county's account": "system county city province auditor",
}


MATRIX = [(caller, case) for caller in CALLERS for case in CASES]


@pytest.mark.parametrize(("caller", "case"), MATRIX)
def test_grants(caller, case):
    """Every caller holds towards every case exactly what the table says."""
    expected = grants_of(TABLE[case].get(caller, ELSEWHERE[caller]))

    assert expected == grants(CALLERS[caller], CASES[case])


@pytest.mark.manual("M: see own record, states, reasons")
@pytest.mark.parametrize(("caller", "case"), MATRIX)
def test_visible(caller, case):
    """Every caller knows of exactly the cases that the table says."""

    assert (caller in SEEN[case].split()) is visible(CALLERS[caller], CASES[case])


@pytest.mark.parametrize("kind", list(AccountKind))
@pytest.mark.parametrize("case", CASES)
def test_init_only_sets_the_first_password_and_nothing_else(kind, case):
    """Who has proven only a code is somebody towards the own account alone, and sees nothing else."""
    caller = attrs.evolve(office("county"), kind=kind, init_only=True)
    own = CASES[case].account_id == "account-county"

    assert own is bool(grants(caller, CASES[case]))
    assert own is visible(caller, CASES[case])
    assert Scope() == scope(caller)


def test_auditor_owns_its_account():
    """An auditor reads; the one thing it may change is its own password."""
    caller = auditor("city")

    assert grants_of("U:self") == grants(caller, at("city", account="auditor-city"))


@pytest.mark.parametrize("path", [None, "", "/", "//", "province/", "/province"])
@pytest.mark.parametrize("kind", [AccountKind.ORGANISATION, AccountKind.AUDITOR])
def test_no_place_is_above_nothing(path, kind):
    """A caller whose place in the tree is missing or malformed is above nobody: deny, not everything."""
    caller = attrs.evolve(office("province"), path=path, kind=kind, organisation_id="nowhere")

    assert not visible(caller, DOCTORS_FILE)
    assert ("administration", "subtree") not in grants(caller, DOCTORS_FILE)
    assert not any(where.field == "path" for clause in scope(caller).clauses for where in clause)


def test_a_name_that_begins_alike_is_not_below():
    """A path is compared by whole ids: `/province/city2/` is not below `/province/city/`."""
    alike = Standing(institution_id="x", path="/province/city2/x/")

    assert not visible(office("city"), alike)


@pytest.mark.parametrize("caller", [name for name in CALLERS if name != "system"])
def test_nobody_is_the_system(caller):
    """Only the system itself holds its role."""

    assert not any(("system", "any") in grants(CALLERS[caller], case) for case in CASES.values())


def test_missing_case_grants_nothing_in_particular():
    """
    Where nothing is known of a case, nobody is anything to it, though every field is as missing as the
    caller's.
    """
    nobody = Principal(account_id="x", kind=AccountKind.ORGANISATION)

    assert frozenset() == grants(nobody, Standing())
    assert not visible(nobody, Standing())


def test_superior_acts_only_for_what_lies_below():
    """Who is named as the superior of a case that does not lie below acts as its agency no more than it sees it."""
    misplaced = Standing(institution_id="hospital", path="/abroad/hospital/", superior_id="county")
    placed = attrs.evolve(misplaced, path=PATHS["hospital"])

    assert [False, True] == [
        ("agency", "assigned") in grants(office("county"), standing) for standing in (misplaced, placed)
    ]


@pytest.mark.parametrize("name", ["hospital", "agency", "county", "province"])
def test_nobody_reviews_himself(name: str) -> None:
    """An account of an organisation that stands for the physician himself may do nothing with his file; others may."""
    himself = attrs.evolve(office(name), operator_id="doctor")
    shared = attrs.evolve(office(name), operator_id=None)
    acting = {Relation.OWN.value, Relation.ASSIGNED.value, Relation.SUBTREE.value}

    assert frozenset() == grants(himself, DOCTORS_FILE)
    assert all(
        acting & {relation for _, relation in grants(one, DOCTORS_FILE)} for one in (office(name), shared)
    )
    assert visible(himself, DOCTORS_FILE)
    with pytest.raises(NotPermitted) as caught:
        authorize(
            himself, DOCTORS_FILE, {("institution", "own")}, lifecycle="assessment", case_id="c", event="pass"
        )
    assert caught.value.own_matter


@pytest.mark.parametrize("name", ["hospital", "agency", "county", "province"])
def test_nobody_reviews_himself_by_any_of_his_records(name: str) -> None:
    """The office may call its people what it likes: the own file is that of every record the account names."""
    himself = attrs.evolve(office(name), operator_id="li-07", listed_ids=("former", "doctor"))
    another = attrs.evolve(himself, listed_ids=("somebody",))

    assert frozenset() == grants(himself, DOCTORS_FILE)
    assert grants(office(name), DOCTORS_FILE) == grants(another, DOCTORS_FILE)
    assert visible(himself, DOCTORS_FILE)


def test_what_is_about_nobody_is_nobodys_own_matter() -> None:
    """A department, a cycle: who is no physician, or has said nothing, acts as ever."""
    hospital = office("hospital")
    himself = attrs.evolve(hospital, operator_id=None, listed_ids=("doctor",))
    department = attrs.evolve(DOCTORS_FILE, physician_id=None)

    assert grants(hospital, department) == grants(himself, department) != frozenset()

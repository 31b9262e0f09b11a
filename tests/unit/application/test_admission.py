"""Whom an event admits to a case, and where a caller may bring one."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import authorize, reaches
from kaohe_workflow.application.destinations import DESTINATIONS
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles import LIFECYCLES
from tests.unit.application.tree import CALLERS, DOCTORS_FILE, PATHS, at, grants_of, office

ADMITTED = frozenset({("institution", "own"), ("system", "any")})


def test_authorize_returns_what_is_held():
    """Who is admitted gets all own grants back, for the decision."""
    held = authorize(
        office("hospital"), DOCTORS_FILE, ADMITTED, lifecycle="assessment", case_id="x", event="enrol"
    )

    assert grants_of("I:any I:own") == held


@pytest.mark.parametrize("admitted", [frozenset(), ADMITTED])
def test_authorize_denies_by_default(admitted):
    """Whoever sees the case and is not admitted is told so, also where nobody is."""
    with pytest.raises(NotPermitted):
        authorize(
            office("county"), DOCTORS_FILE, admitted, lifecycle="assessment", case_id="x", event="enrol"
        )


def test_authorize_hides_what_is_not_seen():
    """Another institution learns nothing, not even that the case is there."""
    with pytest.raises(NotFound) as refused:
        authorize(
            office("sibling"), DOCTORS_FILE, ADMITTED, lifecycle="assessment", case_id="x", event="enrol"
        )

    assert ("assessment", "x") == (refused.value.kind, refused.value.id)


REACHED = {
    "hospital": "hospital",
    "county": "county hospital sibling",
    "city": "city county hospital sibling agency",
    "province": " ".join(PATHS),
    "foreign": "foreign",
    "doctor": "",
    "auditor": "",
    "system": " ".join(PATHS),
}


@pytest.mark.parametrize("caller", REACHED)
@pytest.mark.parametrize("destination", PATHS)
def test_reaches(caller, destination):
    """A case is brought only to the caller's own organisation or one below its administration."""

    assert (destination in REACHED[caller].split()) is reaches(CALLERS[caller], at(destination))


def test_agency_does_not_reach():
    """Assessing an institution is no right to send physicians there."""

    assert not reaches(office("agency"), at("hospital", "agency"))


def test_init_only_reaches_nothing():
    """Before the first password is set nothing is moved anywhere."""

    assert not reaches(office("hospital", init_only=True), at("hospital"))


@pytest.mark.parametrize(("lifecycle", "event"), DESTINATIONS)
def test_destinations_are_named_by_payloads(lifecycle, event):
    """Each event that goes somewhere says where in the attribute that the table names."""
    payload = LIFECYCLES[lifecycle].payloads[event]

    assert DESTINATIONS[lifecycle, event] in {field.name for field in attrs.fields(payload)}

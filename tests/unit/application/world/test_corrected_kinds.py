"""A kind that an organisation was given by mistake is corrected by the administration above (更正机构类型)."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import CorrectKind
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.public_health import PUBLIC_HEALTH
from kaohe_workflow.values.subjects import SUBJECTS
from kaohe_workflow.values.terms import OrganisationKind as K
from tests.unit.application.world.steps import case_of, refused
from tests.unit.application.world.test_agencies import submitted

OWN_SUBJECT = min(PUBLIC_HEALTH.keys() - SUBJECTS.keys())


def made(world: World, superior: Principal, kind: K) -> Principal:
    return make_organisation(world.application, superior, superior, "新建单位", kind)


def correct(world: World, sender: Principal, principal: Principal, kind: K) -> str:
    arguments = ("institution", str(principal.organisation_id), "correct_kind", CorrectKind(kind))
    return world.send(sender, *arguments, reason="建立时选错").state


def kept(world: World, sender: Principal, principal: Principal, kind: K) -> list[str]:
    arguments = ("institution", str(principal.organisation_id), "correct_kind", CorrectKind(kind))
    return refused(world, sender, *arguments, reason="建立时选错")


def test_the_superior_corrects_it(journeys: Journeys) -> None:
    """The institution itself does not; afterwards the profile is completed again, under the new kind."""
    world = journeys.world
    centre = made(world, world.county, K.MEDICAL)
    with pytest.raises(NotPermitted):
        correct(world, centre, centre, K.PREVENTION)
    state = correct(world, world.county, centre, K.PREVENTION)

    found = case_of(world, "institution", str(centre.organisation_id))

    assert ("incomplete", K.PREVENTION) == (state, found.record.kind)
    assert () == world.application.verification.run().findings


def test_subordinates_rank_below_it(journeys: Journeys) -> None:
    """A closed one counts as well: it may be reopened."""
    world = journeys.world
    city = made(world, world.province, K.CITY)
    clinic = made(world, city, K.MEDICAL)

    assert "incomplete" == correct(world, world.province, city, K.COUNTY)

    correct(world, world.province, city, K.CITY)
    below = made(world, city, K.COUNTY)
    world.send(city, "institution", below.organisation_id, "close")

    assert ["kind_fits"] == kept(world, world.province, city, K.COUNTY)
    assert ["kind_fits", "is_below"] == kept(world, world.province, clinic, K.PROVINCE)


def test_what_hangs_on_the_kind_keeps_it(journeys: Journeys) -> None:
    """Subjects that a centre alone has; an application to assess that waits; an agency; physicians."""
    world = journeys.world
    centre = made(world, world.county, K.PREVENTION)
    department = CreateDepartment(str(centre.organisation_id), "慢病科", (OWN_SUBJECT,))
    world.send(centre, "department", None, "create", department)
    application = submitted(world, world.hospital)
    journeys.newcomer()

    assert ["kind_fits"] == kept(world, world.county, centre, K.MEDICAL)
    assert ["kind_fits"] == kept(world, world.county, world.hospital, K.PREVENTION)
    assert ["not_agency"] == kept(world, world.county, world.agency, K.PREVENTION)

    world.send(world.hospital, "agency_application", application, "withdraw")

    assert ["kind_fits"] == kept(world, world.county, world.hospital, K.SOCIETY)
    assert "incomplete" == correct(world, world.county, world.hospital, K.PREVENTION)


def test_a_department_that_was_deleted_keeps_no_kind(journeys: Journeys) -> None:
    """What is left of it is its history."""
    world = journeys.world
    centre = made(world, world.county, K.PREVENTION)
    department = CreateDepartment(str(centre.organisation_id), "慢病科", (OWN_SUBJECT,))
    there = world.send(centre, "department", None, "create", department).id
    world.send(centre, "department", there, "delete")

    assert "incomplete" == correct(world, world.county, centre, K.MEDICAL)

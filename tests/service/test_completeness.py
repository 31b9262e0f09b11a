"""What a registration lacks, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol, Save
from kaohe_workflow.lifecycles.assessment.filing import Post
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import filing

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("S-57", "N-1.13", "N-1.3")


def drafting(site: Site, **written: object) -> tuple[str, Caller]:
    """Somebody who has saved a draft: the address, and the caller."""
    world = site.world
    world.at(date(2023, 11, 28))
    physician = world.physician(person(0).id_number, person(0).name)
    case = world.assessment_of(physician)
    world.send(world.hospital, "assessment", case, "enrol", Enrol())
    surgery = CreateDepartment(str(world.hospital.organisation_id), "外科", ("04",))
    department = world.send(world.hospital, "department", None, "create", surgery).id
    draft = Save(filing(department, **written))
    world.send(physician, "assessment", case, "save", draft)
    return f"/api/v1/assessments/{case}/completeness", site.as_physician(str(physician.physician_id))


def test_field_by_field(site: Site) -> None:
    """Where it is in the form and in the payload, what is wrong in a sentence, and what the department asks for."""
    address, physician = drafting(site, bad_record=None, posts=(Post(institution=""),))
    answer = physician.get(address)

    assert 200 == answer.status_code
    assert not answer.json["complete"]
    assert {
        "path": "bad_record",
        "pointer": "/payload/filing/bad_record",
        "part": "conduct",
        "part_label": "执业行为记录",
        "code": "missing",
        "message": "请填写不良行为记录（有或无）",
        "required": True,
    } in answer.json["problems"]
    assert ("/payload/filing/posts/0/institution", "posts", "执业经历") in {
        (one["pointer"], one["part"], one["part_label"]) for one in answer.json["problems"]
    }
    assert {"qualification_number", "licence_number"} <= {
        one["path"] for one in answer.json["problems"] if not one["required"]
    }
    assert ["outpatients", "operations"] == [one["name"] for one in answer.json["counts"]]


def test_a_draft_is_its_writers_alone(site: Site) -> None:
    """The institution sees the case and nothing of the draft; whoever has nothing to do with it sees no case."""
    address, _ = drafting(site)

    assert 403 == site.as_organisation(site.world.hospital).get(address).status_code
    assert 404 == site.as_organisation(site.other).get(address).status_code

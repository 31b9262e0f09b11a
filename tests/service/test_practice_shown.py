"""What a reviewer is shown of a physician's practice, and of the material, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kaohe_workflow.lifecycles.assessment.filing import OtherSite, Post, Schooling
from kaohe_workflow.testing.files import pdf
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import Education
from tests.service.conftest import Site, make_site

FILED: dict[str, Any] = {
    "other_sites": (OtherSite(institution="市第二人民医院", department="内科"),),
    "education": (Schooling(degree=Education.BACHELOR, school="广西医科大学", major="临床医学"),),
    "posts": (
        Post(institution="县人民医院", title="主治医师", since=date(2010, 7, 1), until=date(2018, 6, 30)),
        Post(institution="第一人民医院", title="副主任医师", since=date(2018, 7, 1)),
    ),
    "attachments": ("proof",),
}
ON_LIST: dict[str, Any] = {
    "qualification_number": person(0).qualification_number,
    "qualified_on": date(2001, 12, 31),
    "licence_number": person(0).licence_number,
    "licensed_on": date(2002, 6, 1),
    "first_registered_on": date(2002, 6, 1),
    "practice_situation": "在岗",
    "title": "副主任医师",
}


@pytest.fixture(scope="module")
def reviewed() -> tuple[Site, Traveller]:
    """A site with a file that waits for the agency, of a physician of whom everything is known."""
    site = make_site()
    journeys = Journeys.of(site.world)
    traveller = journeys.newcomer(**ON_LIST)
    journeys.lead(traveller, "awaiting_agency_review", **FILED)
    return site, traveller


@pytest.mark.manual("S-58")
@pytest.mark.parametrize("reviewer", ["hospital", "agency"])
def test_a_reviewer_is_shown_the_whole_practice(reviewed: tuple[Site, Traveller], reviewer: str) -> None:
    """
    执业信息 (手册 2.2.6): both certificates with their days, 执业情况, 多机构备案, 教育经历 and 执业经历.

    The number of the qualification holds that of the ID card, and is masked as that is.
    """
    site, traveller = reviewed
    caller = site.as_organisation(getattr(site.world, reviewer))
    known = caller.get(f"/api/v1/physicians/{traveller.physician_id}").json["data"]
    filed = caller.get(f"/api/v1/assessments/{traveller.case_id}").json["data"]["filing"]
    given = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in ON_LIST.items()
        if name != "qualification_number"
    }

    assert given == {name: known[name] for name in given}
    assert mask(person(0).qualification_number) == known["qualification_number"]
    assert [{"institution": "市第二人民医院", "department": "内科"}] == filed["other_sites"]
    assert [{"degree": "bachelor", "school": "广西医科大学", "major": "临床医学"}] == filed["education"]
    assert [
        ("县人民医院", "主治医师", "2010-07-01", "2018-06-30"),
        ("第一人民医院", "副主任医师", "2018-07-01", None),
    ] == [tuple(post[name] for name in ("institution", "title", "since", "until")) for post in filed["posts"]]


@pytest.mark.manual("S-60")
@pytest.mark.parametrize("reviewer", ["hospital", "agency"])
def test_a_reviewer_opens_the_material_of_a_filing(reviewed: tuple[Site, Traveller], reviewer: str) -> None:
    """点击查看附件: 200 with the very content, as a file to be saved, which no browser runs or keeps."""
    site, traveller = reviewed
    caller = site.as_organisation(getattr(site.world, reviewer))
    path = f"/api/v1/assessments/{traveller.case_id}"
    (file,) = caller.get(path).json["data"]["filing"]["attachments"]
    found = caller.get(f"{path}/attachments/{file}")

    assert (200, "application/pdf", pdf()) == (
        found.status_code,
        found.headers["content-type"],
        found.content,
    )
    assert found.headers["content-disposition"].startswith(f'attachment; filename="{file}.pdf"')
    assert ("nosniff", "no-store", "same-origin", "default-src 'none'; sandbox") == tuple(
        found.headers[name]
        for name in (
            "x-content-type-options",
            "cache-control",
            "cross-origin-resource-policy",
            "content-security-policy",
        )
    )

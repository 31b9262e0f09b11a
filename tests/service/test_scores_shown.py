"""One way to write a score, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.scores import hundredths, two_places
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.testing.people import person

if TYPE_CHECKING:
    from tests.service.conftest import Site


@pytest.mark.manual("S-81")
@pytest.mark.parametrize("given", ["68", "68.0", "68.00"])
def test_list_and_detail_of_a_paper_write_a_score_alike(site: Site, given: str) -> None:
    """Two places in the list and in the detail, however the score was given."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    filed = world.file(world.physician(person(0).id_number), department)
    world.review(filed)
    world.at(date(2024, 1, 4))
    paper = next(iter(world.papers_of(filed).values()))
    world.send(world.province, "evaluation", paper, "record_score", RecordScore(Decimal(given)))
    province = site.as_organisation(world.province)
    rows = {row["id"]: row for row in province.get("/api/v1/papers").json["items"]}

    assert "68.00" == rows[paper]["score"]
    assert "68.00" == province.get(f"/api/v1/papers/{paper}").json["data"]["score"]


def test_pass_lines_have_two_places(filled: tuple[Site, Mapping[str, str]]) -> None:
    """The lines of a cycle are scores too."""
    site, ids = filled
    cycle = site.as_organisation(site.world.province).get(f"/api/v1/cycles/{ids['cycles']}").json
    scores = {line["score"] for line in cycle["data"]["lines"]}

    assert {"55.00", "60.00"} == scores


@pytest.mark.parametrize(
    ("stored", "written"), [(0, "0.00"), (5, "0.05"), (6800, "68.00"), (8750, "87.50"), (10000, "100.00")]
)
def test_hundredths_are_written_with_two_places(stored: int, written: str) -> None:
    """The columns of lists hold whole hundredths."""

    assert written == hundredths(stored)


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ({"score": "68"}, {"score": "68.00"}),
        ({"score": None, "round": 1}, {"score": None, "round": 1}),
        ({"lines": [{"score": "59.5", "name": "1"}]}, {"lines": [{"score": "59.50", "name": "1"}]}),
        ({"name": "68"}, {"name": "68"}),
    ],
)
def test_only_scores_are_written_anew(plain: Any, written: Any) -> None:
    """At any depth; what is no score stays as it is."""

    assert written == two_places(plain)

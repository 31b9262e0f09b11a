"""Warnings of a cycle and the one that follows from it, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site


def test_the_next_cycle_is_created_with_what_follows(site: Site, province: Caller) -> None:
    """The answer is the payload; warnings are those of the new cycle as well."""
    place = f"/api/v1/cycles/{site.world.cycle_id}"
    following = province.get(f"{place}/following").json
    made = province.send("/api/v1/cycles", "create", following)
    warned = province.get(f"/api/v1/cycles/{made.json['id']}/warnings").json["items"]

    assert 201 == made.status_code
    assert ["opinions-late"] == [one["code"] for one in warned]
    assert (5, 30) == (warned[0]["days"], warned[0]["wanted"])

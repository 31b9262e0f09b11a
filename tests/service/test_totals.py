"""How many rows a list has in all (共N条), over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PHYSICIANS = "/api/v1/physicians"


@pytest.mark.manual("S-41")
def test_the_total_is_told_to_whom_it_is_asked_by(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """共N条, of the own scope and the filters, in the address and in a body; the link to the next page asks no more."""
    add_physicians(3)
    first = hospital.get(PHYSICIANS, query="limit=2&total=true")
    following = first.headers["link"].removeprefix("<").partition(">")[0].partition("?")[2]
    body = {"filters": {"name": "无"}, "total": True}

    assert (2, 3) == (len(first.json["items"]), first.json["total"])
    assert None is hospital.get(PHYSICIANS, query=following).json["total"]
    assert 0 == hospital.ask("POST", f"{PHYSICIANS}/search", body).json["total"]
    assert 3 == site.as_organisation(site.world.county).get(PHYSICIANS, query="total=true").json["total"]
    assert 0 == site.as_organisation(site.other).get(PHYSICIANS, query="total=true").json["total"]
    assert 422 == hospital.get(PHYSICIANS, query="total=1").status_code

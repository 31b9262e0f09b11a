"""What a physician reads of the own institution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Site


@pytest.mark.manual("N-1.7")
@pytest.mark.parametrize("collection", ["institutions", "departments"])
def test_what_a_physician_may_open_stands_in_the_list(
    filled: tuple[Site, Mapping[str, str]], collection: str
) -> None:
    """The own institution and its departments: in the list as by their address; nobody else's."""
    site, ids = filled
    caller = site.as_physician(ids["physicians"])
    listed = [row["id"] for row in caller.get(f"/api/v1/{collection}").json["items"]]

    assert [ids[collection]] == listed
    assert [200] == [caller.get(f"/api/v1/{collection}/{id}").status_code for id in listed]
    assert 404 == caller.get(f"/api/v1/institutions/{site.other.organisation_id}").status_code

"""考核机构名单 over HTTP: for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.application.accounts.throttle import PUBLIC_LIST_PACE

if TYPE_CHECKING:
    from tests.service.conftest import Site

AGENCIES = "/api/v1/agencies"


@pytest.mark.manual("N-3.10")
def test_anybody_reads_who_assesses(site: Site) -> None:
    """All running cycles, or one; words beside codes."""
    nobody = site.nobody()
    told = nobody.get(AGENCIES)
    (row,) = told.json["items"]

    assert (200, 1) == (told.status_code, told.json["total"])
    assert (site.world.agency.organisation_id, "medical") == (row["institution_id"], row["kind"])
    assert ("医疗机构", "2023-11-23") == (row["kind_label"], row["entrusted_on"])
    assert told.json == nobody.get(AGENCIES, f"cycle_id={site.world.cycle_id}").json
    assert {"total": 0, "items": [], "next": None} == nobody.get(AGENCIES, "cycle_id=nowhere").json


def test_one_network_is_slowed_down(site: Site) -> None:
    """429 with a time to come back."""
    nobody = site.nobody()
    answers = [nobody.get(AGENCIES) for _ in range(PUBLIC_LIST_PACE.burst + 1)]

    assert [200] * PUBLIC_LIST_PACE.burst + [429] == [one.status_code for one in answers]
    assert int(answers[-1].headers["retry-after"]) >= 1

"""Warnings of a cycle and the one that follows from it, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kaohe_workflow.application.access import SYSTEM

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


def test_a_proposed_line_is_what_publishes_it(site: Site, province: Caller) -> None:
    """Each item is the payload of `publish_line`; the hospital is proposed none."""
    place = f"/api/v1/cycles/{site.world.cycle_id}"
    items = province.get(f"{place}/proposed-lines").json["items"]
    site.world.at(date(2024, 1, 13))
    province = site.as_organisation(site.world.province)  # the session of 2023 has ended
    version = province.get(place).json["version"]
    sent = province.send(f"{place}/events", "publish_line", items[0], version=version)
    refused = site.as_organisation(site.world.hospital).get(f"{place}/proposed-lines")

    assert (200, "60") == (sent.status_code, items[0]["score"].removesuffix(".00"))
    assert items[1:] == province.get(f"{place}/proposed-lines").json["items"]
    assert 403 == refused.status_code


def test_how_far_a_cycle_is_opened(site: Site, province: Caller) -> None:
    """Numbers for everybody who may read the cycle; who published it, in words, for the province."""
    following = province.get(f"/api/v1/cycles/{site.world.cycle_id}/following").json
    made = province.send("/api/v1/cycles", "create", following).json["id"]
    place = f"/api/v1/cycles/{made}"
    draft = province.get(f"{place}/opening").json
    province.send(f"{place}/events", "publish", {}, version=1)
    waiting = province.get(f"{place}/opening").json
    site.world.application.timers.work()
    shown = province.get(f"{place}/opening").json
    elsewhere = site.as_organisation(site.world.hospital).get(f"{place}/opening").json

    assert [("not_begun", "尚未发布", None), ("waiting", "等待开始", None), ("ended", "已完成", 0)] == [
        (one["standing"], one["standing_label"], one["expected"]) for one in (draft, waiting, shown)
    ]
    assert waiting["published_by"] == shown["published_by"] is not None
    assert (
        site.world.application.cases.get(
            SYSTEM, "institution", str(site.world.province.organisation_id)
        ).record.name
        == shown["publisher"]
    )
    assert shown | {"published_by": None, "publisher": None} == elsewhere
    assert 404 == province.get("/api/v1/cycles/nowhere/opening").status_code


def test_what_a_province_lets_choose_from(site: Site, province: Caller) -> None:
    """Codes, labels, exclusions and evidence, for a physician as for the province; a draft is the province's alone."""
    place = f"/api/v1/cycles/{site.world.cycle_id}"
    told = province.get(f"{place}/choices").json
    following = province.get(f"{place}/following").json
    draft = province.send("/api/v1/cycles", "create", following).json["id"]
    hospital = site.as_organisation(site.world.hospital)
    papers = {(one["procedure"], one["stage"]): one for one in told["papers"]}

    assert told == hospital.get(f"{place}/choices").json
    assert {
        "code": "residency_training",
        "label": "考核周期内完成住院医师规范化培训",
        "exclusions": ["全科医师转岗培训"],
        "evidence": "规范化培训合格证书",
    } == told["exemption_grounds"][0]
    assert ("professional", "业务水平专业知识") == (
        papers["general", "first"]["spared"],
        papers["general", "first"]["spared_label"],
    )
    assert (60, 200, 404) == (
        told["paper_minutes"],
        province.get(f"/api/v1/cycles/{draft}/choices").status_code,
        hospital.get(f"/api/v1/cycles/{draft}/choices").status_code,
    )

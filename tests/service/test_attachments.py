"""Files over HTTP: handed in by content, given back as files to be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs
import pytest

from kaohe_service.app import create_app
from kaohe_workflow.adapters.memory import MemoryContents
from kaohe_workflow.errors import KaoheError, StorageFull, StoreUnavailable
from kaohe_workflow.testing.files import pdf, png
from kaohe_workflow.values.terms import AttachmentKind

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Caller, Site

PATH = "/api/v1/attachments"


def hand_in(caller: Caller, content: bytes, **headers: str) -> testing.Result:
    sent = {"Content-Type": "application/octet-stream"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return caller.ask("POST", PATH, headers=sent, content=content)


def form(content: bytes, name: str) -> tuple[str, bytes]:
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: x/y\r\n\r\n'
    return "multipart/form-data; boundary=b", b"--b\r\n" + head.encode() + content + b"\r\n--b--\r\n"


def test_a_file_is_handed_in_and_fetched_again(hospital: Caller) -> None:
    """201 with its id and address; what comes back is a file to be saved under its name, and cannot run."""
    name = "规范化培训合格证书.pdf"
    kept = hand_in(hospital, pdf(), Content_Disposition=f"attachment; filename*=UTF-8''{quote(name)}")
    found = hospital.get(kept.headers["location"])

    assert (201, name, "pdf", len(pdf())) == (
        kept.status_code,
        kept.json["name"],
        kept.json["kind"],
        kept.json["size"],
    )
    assert (200, "application/pdf", pdf()) == (
        found.status_code,
        found.headers["content-type"],
        found.content,
    )
    assert (
        f"attachment; filename=\"{kept.json['id']}.pdf\"; filename*=UTF-8''{quote(name)}"
        == (found.headers["content-disposition"])
    )
    assert "default-src 'none'; sandbox" == found.headers["content-security-policy"]
    assert ("nosniff", "no-store", "same-origin") == tuple(
        found.headers[name]
        for name in ("x-content-type-options", "cache-control", "cross-origin-resource-policy")
    )


def test_a_form_brings_its_name(hospital: Caller) -> None:
    """A browser sends the part ``file``; its content says what it is, and the name is put right."""
    kind, body = form(png(), "C:\\扫描\\证书.exe")
    kept = hand_in(hospital, body, Content_Type=kind)

    assert (201, "png", "证书.exe.png") == (kept.status_code, kept.json["kind"], kept.json["name"])
    assert "image/png" == hospital.get(f"{PATH}/{kept.json['id']}").headers["content-type"]


def test_what_is_no_proof_is_refused_as_input(hospital: Caller) -> None:
    """422 with what to do about it."""
    answers = [
        hand_in(hospital, content) for content in (b"<svg onload=alert(1)>", png()[:-4], png() + b"PK")
    ]

    assert [422] * 3 == [answer.status_code for answer in answers]
    assert ["attachment-kind", "attachment-unreadable", "attachment-unsafe"] == [
        answer.json["errors"][0]["code"] for answer in answers
    ]


def test_a_file_beyond_the_bound_is_not_even_read(hospital: Caller) -> None:
    """413 with the bound that the province sets; 415 for another type, 400 for none."""
    maximum = 10 * 1024 * 1024
    kind, body = form(bytes(maximum + 100_000), "a.pdf")
    answers = [
        hand_in(hospital, bytes(maximum + 1)),
        hand_in(hospital, body, Content_Type=kind),
        hand_in(hospital, pdf(), Content_Type="text/html"),
        hand_in(hospital, b""),
    ]

    assert [
        (413, "body-too-large"),
        (413, "body-too-large"),
        (415, "media-type-refused"),
        (400, "body-malformed"),
    ] == [(answer.status_code, answer.json["code"]) for answer in answers]


def test_a_file_is_fetched_through_the_case_that_names_it(
    filled: tuple[Site, Mapping[str, str]],
) -> None:
    """By whoever sees the case; another hospital finds nothing, and neither does anybody by the file's own address."""
    site, ids = filled
    insider, stranger = (site.as_organisation(who) for who in (site.world.hospital, site.other))
    path = f"/api/v1/exemptions/{ids['exemptions']}"
    (id,) = insider.get(path).json["data"]["attachments"]
    found = insider.get(f"{path}/attachments/{id}")

    assert (200, "application/pdf") == (found.status_code, found.headers["content-type"])
    assert [404, 404, 404] == [
        stranger.get(f"{path}/attachments/{id}").status_code,
        insider.get(f"{PATH}/{id}").status_code,
        insider.get(f"/api/v1/assessments/{ids['assessments']}/attachments/{id}").status_code,
    ]


@pytest.mark.parametrize(
    "name", ["", "attachment", 'attachment; filename="../../a.pdf"', "attachment; filename*=utf-8''%ff"]
)
def test_any_name_becomes_one(hospital: Caller, name: str) -> None:
    """Without a name, with folders, with bytes that are none: one line that ends as its content asks for."""
    kept = hand_in(hospital, pdf(), Content_Disposition=name) if name else hand_in(hospital, pdf())

    assert 201 == kept.status_code
    assert kept.json["name"].endswith(".pdf")
    assert not {"/", "\\"} & set(kept.json["name"])


@pytest.mark.parametrize(("error", "status"), [(StorageFull, 507), (StoreUnavailable, 503)])
def test_a_full_disk_is_told_as_such(site: Site, error: type[KaoheError], status: int) -> None:
    """507 and nothing is kept; a disk that does not answer is 503, to be tried again."""

    class Broken(MemoryContents):
        def keep(self, content: bytes) -> str:
            raise error("the disk takes nothing")

    attachments = attrs.evolve(
        site.application.attachments, contents=Broken(), inspect=lambda _: AttachmentKind.PDF
    )
    caller = site.as_organisation(site.world.hospital)
    before = known(site)
    app = create_app(attrs.evolve(site.application, attachments=attachments))
    answer = hand_in(attrs.evolve(caller, app=app), pdf())

    assert (status, status == 503) == (answer.status_code, "retry-after" in answer.headers)
    assert before == known(site)


def known(site: Site) -> list[object]:
    with site.application.store.begin(write=False) as unit, unit.audit() as audit:
        return list(audit.attachments())


def test_an_event_with_a_file_of_nobody_is_refused_as_input(filled: tuple[Site, Mapping[str, str]]) -> None:
    """422 with the place of the id in the body."""
    site, ids = filled
    caller = site.as_physician(ids["physicians"])
    payload = {
        "ground": "residency_training",
        "certificate_on": "2021-06-01",
        "none_excluded": True,
        "attachments": ["made-up"],
        "assessment_id": ids["assessments"],
    }
    answer = caller.send("/api/v1/exemptions", "apply", payload)

    assert (422, [("/payload/attachments/0", "attachment-unknown")]) == (
        answer.status_code,
        [(one["pointer"], one["code"]) for one in answer.json["errors"]],
    )

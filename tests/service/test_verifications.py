"""核验 over HTTP: whoever scans the code of a certificate, without a session."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.throttle import VERIFICATION_PACE
from kaohe_workflow.lifecycles.certificate.case import verification_code
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.lifecycles.cycle.events import CorrectLine
from kaohe_workflow.values.terms import CheatingManner, Level, PaperKind, Stage

if TYPE_CHECKING:
    from tests.service.conftest import Site

VERIFICATIONS = "/api/v1/verifications"


@pytest.fixture
def scanned(certified: tuple[Site, Mapping[str, str]]) -> tuple[Site, str, str]:
    """A site, a certificate that has been printed, and the address of its check."""
    site, ids = certified
    certificate = ids["certificates"]
    site.application.certificates.issue(site.world.hospital, certificate)
    return site, certificate, f"{VERIFICATIONS}/{verification_code(certificate)}"


def _void(site: Site) -> None:
    """Correct a line above what was scored, and let the papers be judged again."""
    world = site.world
    line = CorrectLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(95))
    second = attrs.evolve(world.province, account_id="colleague", operator_id="colleague")
    world.send(second, "cycle", world.cycle_id, "correct_line", line, reason="公布有误")
    world.settle()


@pytest.mark.manual("S-89")
def test_anybody_is_told_whether_it_holds(scanned: tuple[Site, str, str]) -> None:
    """Valid, then stamped, then void: always the same members, and no word that identifies the physician."""
    site, certificate, path = scanned
    answers = [site.nobody().get(path)]
    site.world.send(site.world.province, "certificate", certificate, "stamp")
    answers.append(site.nobody().get(path))
    _void(site)
    answers.append(site.nobody().get(path))
    record = site.application.cases.get(SYSTEM, "certificate", certificate).record
    told = [answer.json for answer in answers]

    assert [200] * 3 == [answer.status_code for answer in answers]
    assert [
        ("valid", "有效", "合格", False),
        ("valid", "有效", "合格", True),
        ("void", "作废", None, False),
    ] == [(one["standing"], one["standing_label"], one["result_label"], one["stamped"]) for one in told]
    assert set(told[0]) == set(told[1]) == set(told[2])
    assert {record.number} == {one["number"] for one in told}
    assert "盖章" in told[0]["note"]
    assert "作废" in told[2]["note"]
    for answer in answers:
        assert "no-store" in answer.headers["cache-control"]
        for secret in (record.name, record.physician_id, record.face.licence_number or "none", certificate):
            assert secret not in answer.text


@pytest.mark.manual("S-89", "S-I1")
def test_one_whose_sitting_is_looked_into_is_frozen(scanned: tuple[Site, str, str]) -> None:
    """A mark freezes it, stamped or not, and the stamp is told no more; once it is excluded the certificate holds."""
    site, certificate, path = scanned
    world = site.world
    record = site.application.cases.get(SYSTEM, "certificate", certificate).record
    paper = next(iter(world.papers_of(record.assessment_id).values()))
    suspected = Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=("photo",),
        assessment_id=record.assessment_id,
        evaluation_id=paper,
    )
    world.send(world.county, "certificate", certificate, "stamp")
    mark = world.send(world.hospital, "cheating", None, "mark", suspected, reason="照片不符").id
    world.settle()
    frozen = site.nobody().get(path).json
    world.send(world.county, "cheating", mark, "report")
    world.send(world.province, "cheating", mark, "exclude", reason="系本人")
    world.settle()
    released = site.nobody().get(path).json

    assert ("frozen", "核实中", False) == (frozen["standing"], frozen["standing_label"], frozen["stamped"])
    assert "核实" in frozen["note"]
    assert record.name not in str(frozen)
    assert ("valid", True) == (released["standing"], released["stamped"])


@pytest.mark.manual("S-89")
def test_what_no_paper_has_is_one_answer(scanned: tuple[Site, str, str]) -> None:
    """Unknown, malformed, much too long: 404 with the same body but for the request's id."""
    nobody = scanned[0].nobody()
    answers = [nobody.get(f"{VERIFICATIONS}/{code}") for code in ("A" * 26, "x", "张三", "A" * 300)]
    bodies = [{key: value for key, value in one.json.items() if key != "trace_id"} for one in answers]

    assert [404] * 4 == [answer.status_code for answer in answers]
    assert [bodies[0]] * 4 == bodies
    assert ("not-found", "没有找到") == (bodies[0]["code"], bodies[0]["detail"])


@pytest.mark.manual("S-89")
def test_whoever_guesses_is_slowed_down(scanned: tuple[Site, str, str]) -> None:
    """After a burst from one network: 429 with Retry-After, for the right code too; logging in goes on."""
    site, _, path = scanned
    nobody = site.nobody()
    burst = [nobody.get(f"{VERIFICATIONS}/{'A' * 26}") for _ in range(VERIFICATION_PACE.burst)]
    refused = nobody.get(path)

    assert {404} == {answer.status_code for answer in burst}
    assert (429, "too-many-tries", "10") == (
        refused.status_code,
        refused.json["code"],
        refused.headers["retry-after"],
    )
    logged_in = nobody.ask("POST", "/api/v1/sessions", {"account": "nobody", "password": "wrong"})

    assert 401 == logged_in.status_code

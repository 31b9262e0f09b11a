"""Every error that the description names can be provoked, and nothing is provoked that it does not name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kaohe_service.problems import PLAIN, TABLE
from kaohe_service.route import Route
from kaohe_service.routes import table
from kaohe_workflow.adapters.wiring import load_catalogue
from tests.service.provocations import FURTHER, provocation
from tests.service.provoked import Provoked

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.samples import Samples

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
ROW = re.compile(r"^\| (?P<statuses>[0-9, ]+) \| (?P<codes>`[^|]+) \|", re.MULTILINE)
UNHEARD: Mapping[str, str] = {
    "undeliverable": "channels are served by jobs, and nobody waits for their answer",
    "likeness-unavailable": "faces are compared beside a delivery, which is kept without a figure",
    "definition-invalid": "charts and parameters are read before the service begins",
    "refused": "only its special kinds are raised",
    "request-invalid": "only its special kinds are raised; a server refuses what the framework would",
}
"""Codes that no answer has, and why."""

Answers = Mapping[tuple[str, int], "testing.Result"]


@pytest.fixture(scope="module")
def provoked(samples: Samples) -> Provoked:
    """What is provoked."""
    return Provoked.make(samples)


@pytest.fixture(scope="module")
def answers(samples: Samples, provoked: Provoked) -> Answers:
    """What each provocation is answered: by operation and the status that it is meant for."""
    return {
        (route.operation, status): provocation(route.operation, status)(provoked, route)
        for route, status in _documented(samples)
    }


def _documented(samples: Samples) -> Iterator[tuple[Route, int]]:
    for route in table(load_catalogue()):
        for status in samples.document["paths"][route.path][route.method.lower()]["responses"]:
            if int(status) >= 400:
                yield route, int(status)


def test_every_documented_error_can_be_provoked(answers: Answers) -> None:
    """Each status of each operation, by a request that is named."""

    assert {} == {
        pair: (answer.status_code, answer.text[:300])
        for pair, answer in answers.items()
        if answer.status_code != pair[1]
    }


def test_every_code_is_on_the_reference_page(provoked: Provoked, answers: Answers) -> None:
    """Code and status of every problem that is answered are documented, and every documented one is answered."""
    told = [*answers.values(), *(provoke(provoked) for provoke in FURTHER)]
    documented = {
        code
        for row in ROW.finditer(REFERENCE.read_text("utf-8").partition("## Problems")[2])
        for code in re.findall("`([a-z-]+)`", row["codes"])
    }

    assert documented == {answer.json["code"] for answer in told if answer.status_code >= 400}


def test_every_kind_of_error_is_answered_or_cannot_be(provoked: Provoked) -> None:
    """No row of the table of problems is there for nothing."""
    page = REFERENCE.read_text("utf-8").partition("## Problems")[2]
    codes = {row.error.code for row in TABLE} | {code for code, _ in PLAIN.values()}

    assert set(UNHEARD) == {code for code in codes if f"`{code}`" not in page} - {"error"}

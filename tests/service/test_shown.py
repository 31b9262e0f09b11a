"""Nothing leaves the house that nobody has decided to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import pytest

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.shown import HIDDEN, SHOWN, UNSHOWN, show_case
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.projection import COLUMNS
from kaohe_workflow.application.queries.audience import WITHHELD, told_to_nobody
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.testing.contracts.records import made
from kaohe_workflow.values.terms import AccountKind

if TYPE_CHECKING:
    from tests.service.conftest import Site

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
SAID_OF_SOMEBODY = frozenset(
    {
        *("reset_reason", "recorded_penalties", "reported_penalties", "findings", "force_majeure"),
        *("statement", "grounds", "answer"),
    }
)
"""Sealed texts that whoever may open the case is there to read."""

PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_somebody_has_decided_about_every_field(lifecycle: str) -> None:
    """A new field of a record is neither shown nor hidden by accident."""
    decided = {field.name for field in SHOWN[lifecycle]} | HIDDEN.get(lifecycle, frozenset())

    assert {field.name for field in attrs.fields(LIFECYCLES[lifecycle].record)} == decided
    assert len(SHOWN[lifecycle]) == len({field.name for field in SHOWN[lifecycle]})


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_what_is_hidden_because_it_is_private_is_so_in_the_library(lifecycle: str) -> None:
    """What this house does not show, whoever embeds the library is not told either, but for what is only technical."""

    assert HIDDEN[lifecycle] - UNSHOWN.get(lifecycle, frozenset()) == told_to_nobody(lifecycle)
    assert set() == UNSHOWN.get(lifecycle, frozenset()) & set(WITHHELD.get(lifecycle, ()))


@pytest.mark.parametrize("lifecycle", COLUMNS)
def test_what_is_sealed_in_the_store_is_masked_or_hidden_here(lifecycle: str) -> None:
    """
    A field worth encrypting at rest is worth a mask in an answer. An office's telephone is there to be called, and what
    is said of somebody in a dispute to be answered: who may open the case reads it whole.
    """
    whole = {"contact_phone", *SAID_OF_SOMEBODY}
    plain = {field.name for field in SHOWN[lifecycle] if field.mask is None} - whole

    assert set() == plain & set(COLUMNS[lifecycle].sealed)


@pytest.mark.parametrize(
    ("physician_id", "expected"),
    [("p1", "E1*****78"), (None, "E12345678")],
    ids=["physician", "organisation"],
)
def test_a_physicians_log_in_is_a_number_however_short(physician_id: str | None, expected: str) -> None:
    """A passport has nine characters, as a name may; only whose it is tells them apart."""
    account = Account("i1", AccountKind.PHYSICIAN, "E12345678", physician_id)
    case = attrs.evolve(made("account", "k1").after, record=account, state="active")

    assert expected == show_case(case, JsonCodec(), load_catalogue())["data"]["login"]


def test_no_answer_holds_a_number_of_a_person_a_telephone_or_a_secret(
    filled: tuple[Site, Mapping[str, str]],
) -> None:
    """Every list, case, history, home page and blocker, as the one who sees everything: masked throughout."""
    site, ids = filled
    caller = site.as_organisation(site.world.province)
    texts = {"home": caller.get("/api/v1/home").text}
    texts["blockers"] = caller.get(f"/api/v1/departments/{ids['departments']}/blockers").text
    for collection in COLLECTIONS:
        texts[collection] = caller.get(f"/api/v1/{collection}", query="limit=200").text
        for part in ("", "/history", "/events"):
            texts[f"{collection}{part}!"] = caller.get(f"/api/v1/{collection}/{ids[collection]}{part}").text

    assert all(text.startswith("{") and '"status":4' not in text for text in texts.values())
    for pattern in (ID_NUMBER, PHONE, re.compile("quick:|argon2|password_hash|code_hash")):
        assert [] == [name for name, text in texts.items() if pattern.search(text)]


def test_the_search_for_numbers_finds_them() -> None:
    """The test above can fail."""

    assert ID_NUMBER.search('"450102195701010012"')
    assert PHONE.search('"13800138000"')


def test_every_lifecycle_has_a_chart_for_its_labels() -> None:
    """What is shown has a Chinese name for its state."""
    charts = load_catalogue().charts

    assert set(SHOWN) <= set(charts)

"""A cursor comes back as the key it was, and nobody makes one up."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_service.api.cursors import PATTERN, Cursors
from kaohe_service.parameters import RequestParameter
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.errors import InputInvalid

CODEC, SECRETS = JsonCodec(), KeyedSecrets(Keys.fresh())
CURSORS = Cursors(CODEC, SECRETS, "physicians", "name")
LOOKS = RequestParameter("cursor", "query", "", {"type": "string", "maxLength": 800, "pattern": PATTERN})


@given(
    st.none()
    | st.integers(-(10**9), 10**9)
    | st.booleans()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.text("韦小明a·", max_size=50),
    st.text("0123456789abc", min_size=1, max_size=26),
)
def test_a_cursor_comes_back_as_the_key_it_was(value: object, id: str) -> None:
    """Whatever a list may be sorted by; and it looks as the description says."""
    written = CURSORS.write((value, id))

    assert (value, id) == CURSORS.read(LOOKS.read(written))


@given(st.data())
def test_a_cursor_with_a_changed_character_is_refused(data: st.DataObject) -> None:
    """Nobody makes up a key."""
    written = CURSORS.write(("韦小明", "01abc"))
    place = data.draw(st.integers(0, len(written) - 1))
    char = data.draw(st.sampled_from("0aA_-.=é"))
    if written[place] != char:
        with pytest.raises(InputInvalid):
            CURSORS.read(written[:place] + char + written[place + 1 :])


@pytest.mark.parametrize(
    "other",
    [
        Cursors(CODEC, SECRETS, "accounts", "name"),
        Cursors(CODEC, SECRETS, "physicians", "-name"),
        Cursors(CODEC, KeyedSecrets(Keys.fresh()), "physicians", "name"),
    ],
)
def test_a_cursor_is_for_its_list_and_order_only(other: Cursors) -> None:
    """Nor does that of another installation help."""
    with pytest.raises(InputInvalid):
        CURSORS.read(other.write(("韦小明", "01abc")))

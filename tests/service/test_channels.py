"""Channels of an inbox over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Caller

CHANNELS = "/api/v1/inbox/channels"


def test_without_mail_a_channel_is_refused(hospital: Caller) -> None:
    """The installation of these tests has no server: said where the body names the kind."""
    answer = hospital.ask("POST", CHANNELS, {"kind": "mail", "address": "office@example.cn"})

    assert (422, "channel-unavailable") == (answer.status_code, answer.json["errors"][0]["code"])
    assert {"items": []} == hospital.get(CHANNELS).json


def test_what_is_no_channel_of_the_callers_is_not_found(hospital: Caller) -> None:
    """Nothing is dropped."""

    assert 404 == hospital.ask("DELETE", f"{CHANNELS}/01he469xm0d20q3yqgwnhqgf8m").status_code

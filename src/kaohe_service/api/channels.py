"""
The channels of the caller's inbox.
"""

from __future__ import annotations

from typing import Any

from kaohe_service.bodies import NewChannel
from kaohe_service.calls import Answer, Call
from kaohe_service.route import API
from kaohe_workflow.application.stored import Channel


def list_channels(call: Call) -> Answer:
    """Where the caller's notices go as well."""
    channels = call.application.channels.own(call.caller)
    return Answer(data={"items": [_shown(call, channel) for channel in channels]})


def add_channel(call: Call) -> Answer:
    """
    Let notices go to an address as well; the secret that signs webhooks is told here alone.

    Raises:
        InputInvalid: nothing is set up that could carry it, or the address is none.
        NotPermitted: a webhook of somebody who acts for no organisation.
    """
    body: NewChannel = call.body
    channel = call.application.channels.add(call.caller, body.kind, body.address)
    data = _shown(call, channel) | {"secret": channel.secret or None}
    return Answer(status=201, data=data, headers={"Location": f"{API}/inbox/channels/{channel.id}"})


def drop_channel(call: Call) -> Answer:
    """
    End a channel.

    Raises:
        NotFound: no such channel, or none of the caller's.
    """
    call.application.channels.drop(call.caller, call.path["id"])
    return Answer(status=204)


def _shown(call: Call, channel: Channel) -> dict[str, Any]:
    plain: dict[str, Any] = call.application.codec.unstructure(
        {
            "id": channel.id,
            "kind": channel.kind.value,
            "kind_label": channel.kind.label,
            "recipient": channel.recipient.kind.value,
            "address": channel.address,
            "created_at": channel.created_at,
        }
    )
    return plain

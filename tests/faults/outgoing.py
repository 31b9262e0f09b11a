"""The carriers that the service uses, to receivers of this machine."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from ipaddress import ip_network

from kaohe_workflow.adapters.mail import MailCarrier
from kaohe_workflow.adapters.webhooks import WebhookCarrier
from kaohe_workflow.application.ports import Carrier, Clock
from kaohe_workflow.values.mail_server import SmtpServer
from kaohe_workflow.values.notices import ChannelKind
from tests.unit.adapters.test_webhooks import resolving


def carriers(clock: Clock, mail: int, hooks: int, certificate: str) -> Mapping[ChannelKind, Carrier]:
    """Mail and webhooks, by the ports where they are received."""
    server = SmtpServer(host="127.0.0.1", port=mail, protection="smtp")
    return {
        ChannelKind.MAIL: MailCarrier(server, "kaohe@example.cn"),
        ChannelKind.WEBHOOK: WebhookCarrier(
            clock,
            (ip_network("127.0.0.0/8"),),
            ssl.create_default_context(cafile=certificate),
            resolving("127.0.0.1"),
        ),
    }

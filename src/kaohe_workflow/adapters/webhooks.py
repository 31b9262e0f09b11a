"""
Notices to other systems: a signed POST over https, to addresses that are nobody's inside.

Whoever may enter an address must not reach through it what only this machine reaches: the name is resolved once, every
address it has must be public (or lie in a network that the installation allows), and that very address is called.
Nothing is followed, and of the answer only its status counts.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import attrs

from kaohe_workflow.adapters.cutting import ALTOGETHER_SECONDS, cut_after
from kaohe_workflow.application.notices.sending import told_of
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.application.stored import Channel, Dispatch
from kaohe_workflow.errors import Undeliverable

SECONDS = 10.0
"""How long the other side may be silent."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Any
"""Like `socket.getaddrinfo`."""

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")

SIGNATURE = "X-Kaohe-Signature"
DELIVERY = "X-Kaohe-Delivery"


class _Pinned(HTTPSConnection):
    """A connection to one address, under the name that its certificate must bear."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=tls)
        self._address = address
        self._tls = tls

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), SECONDS)
        tls = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = tls  # from here on it can be cut off
        tls.do_handshake()


@attrs.frozen
class WebhookCarrier:
    """The port `Carrier` for webhooks; ``allowed`` are networks that are called though they are not public."""

    clock: Clock
    allowed: Sequence[Network] = ()
    tls: ssl.SSLContext = attrs.field(factory=ssl.create_default_context, repr=False)
    resolve: Resolve = socket.getaddrinfo
    altogether: float = ALTOGETHER_SECONDS

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        """
        Post what there is to tell, signed with the channel's secret.

        Raises:
            Undeliverable: the address is not to be called, nobody answers there, or not with 2xx.
        """
        parts = urlsplit(channel.address)
        host, port = parts.hostname or "", parts.port or 443
        if parts.scheme != "https" or not host:
            raise Undeliverable("not-https", final=True)
        body = json.dumps(dict(told_of(dispatch)), separators=(",", ":")).encode()
        at = int(self.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "kaohe",
            DELIVERY: dispatch.id,
            SIGNATURE: f"t={at},v1={signature(channel.secret, at, body)}",
        }
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = self._posted(host, port, target, body, headers)
        except (OSError, HTTPException, UnicodeError) as ex:
            raise Undeliverable(f"unreachable-{type(ex).__name__.lower()}") from ex
        if not 200 <= answer < 300:
            raise Undeliverable(f"http-{answer}", final=answer == 410)

    def _posted(self, host: str, port: int, target: str, body: bytes, headers: dict[str, str]) -> int:
        connection = _Pinned(host, port, self._address(host, port), self.tls)
        try:
            with cut_after(self.altogether, lambda: connection.sock):
                connection.request("POST", target, body, headers)
                return connection.getresponse().status
        finally:
            connection.close()

    def _address(self, host: str, port: int) -> str:
        """The address to call: the first that the name has, if all of them may be called."""
        found = [
            ipaddress.ip_address(each[4][0])
            for each in self.resolve(host, port, type=socket.SOCK_STREAM)
            if each[0] in (socket.AF_INET, socket.AF_INET6)
        ]
        if not found or not all(map(self._may_be_called, found)):
            raise Undeliverable("address-not-public")
        return str(found[0])

    def _may_be_called(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        meant = _embedded(address) or address
        return (meant.is_global and not meant.is_multicast) or any(
            meant.version == network.version and meant in network for network in self.allowed
        )


def _embedded(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, translated (NAT64) or tunnelled (6to4, Teredo)."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def signature(secret: str, at: int, body: bytes) -> str:
    """
    What vouches for a body and its instant (Unix seconds): HMAC-SHA-256 of ``<instant>.<body>``, hex.

    >>> signature("secret", 1700000000, b"{}")[:16]
    'b8569b78799ff9e3'
    """
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()

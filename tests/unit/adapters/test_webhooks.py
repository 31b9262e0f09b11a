"""Webhooks as a real server gets them: signed, over https, to public addresses alone, and nothing is followed."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from threading import Event, Thread
from typing import Any

import attrs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.webhooks import DELIVERY, SIGNATURE, WebhookCarrier
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.errors import Undeliverable
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from tests.unit.adapters.dribbling import dribbling

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
NAME = "hooks.example.cn"
OFFICE = Recipient(RecipientKind.ORGANISATION, "i1")
DISPATCH = Dispatch("01abc", "c1", "n1", NoticeKind.RETURN, "assessment", "a1", NOW, NOW)
LOOPBACK = (ip_network("127.0.0.0/8"),)


def channel(port: int, path: str = "/in?from=kaohe", host: str = NAME) -> Channel:
    return Channel("c1", OFFICE, ChannelKind.WEBHOOK, f"https://{host}:{port}{path}", "secret", NOW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the name with its key, that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@attrs.define
class Other:
    """The other system: what it answers, and what it was told."""

    status: int = 204
    headers: dict[str, str] = attrs.field(factory=dict)
    told: list[tuple[str, Any, bytes]] = attrs.field(factory=list)


@contextmanager
def listening(other: Other, certificate: Path) -> Iterator[int]:
    """An https server of this machine, for the length of the block; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.told.append((self.path, self.headers, body))
            if isinstance(other, Dribbling):
                other.answer(self.wfile.write)
                return
            self.send_response(other.status)
            for name, value in other.headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client may hang up
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def resolving(*addresses: str) -> Any:
    """A name server that gives every name these addresses."""

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ip_address(one).version == 6 else socket.AF_INET, 1, 6, "", (one, port))
            for one in addresses
        ]

    return resolve


def carrier(certificate: Path, **more: Any) -> WebhookCarrier:
    given: dict[str, Any] = {
        "allowed": LOOPBACK,
        "tls": ssl.create_default_context(cafile=str(certificate)),
        "resolve": resolving("127.0.0.1"),
    }
    return WebhookCarrier(SettableClock(NOW), **(given | more))


def test_a_post_is_signed_and_says_nothing_of_anybody(certificate: Path) -> None:
    """The secret vouches for body and instant; the id is in a header as well."""
    other = Other()
    with listening(other, certificate) as port:
        carrier(certificate).carry(channel(port), DISPATCH)
    ((path, headers, body),) = other.told
    at = int(NOW.timestamp())
    expected = hmac.new(b"secret", f"{at}.".encode() + body, hashlib.sha256).hexdigest()

    assert ("/in?from=kaohe", "01abc") == (path, headers[DELIVERY])
    assert f"t={at},v1={expected}" == headers[SIGNATURE]
    assert {"id", "notice_id", "kind", "lifecycle", "case_id", "created_at"} == set(json.loads(body))


@pytest.mark.parametrize(("status", "final"), [(301, False), (302, False), (410, True), (500, False)])
def test_only_a_success_counts_and_nothing_is_followed(certificate: Path, status: int, final: bool) -> None:
    """A redirection is no success, wherever it leads."""
    other = Other(status)
    with listening(other, certificate) as port:
        other.headers["Location"] = f"https://{NAME}:{port}/elsewhere"
        with pytest.raises(Undeliverable) as caught:
            carrier(certificate).carry(channel(port), DISPATCH)

    assert (f"http-{status}", final) == (caught.value.reason, caught.value.final)
    assert ["/in?from=kaohe"] == [path for path, _, _ in other.told]


def test_a_certificate_must_bear_the_name(certificate: Path) -> None:
    """And be signed by somebody known: nothing is told otherwise."""
    other = Other()
    unknown = ssl.create_default_context()
    with listening(other, certificate) as port:
        for sender, host in (
            (carrier(certificate), "other.example.cn"),
            (carrier(certificate, tls=unknown), NAME),
        ):
            with pytest.raises(Undeliverable):
                sender.carry(channel(port, host=host), DISPATCH)

    assert [] == other.told


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("192.168.0.1",),
        ("169.254.169.254",),
        ("100.64.0.1",),
        ("0.0.0.0",),
        ("224.0.0.1",),
        ("::1",),
        ("fe80::1",),
        ("fd00::1",),
        ("::ffff:10.0.0.1",),
        ("64:ff9b::a00:1",),
        ("2002:a00:1::1",),
        ("8.8.8.8", "10.0.0.1"),
        (),
    ],
)
def test_nobody_inside_is_reached(certificate: Path, addresses: tuple[str, ...]) -> None:
    """Loopback, private, link-local, shared, unspecified, multicast: in whatever dress, or one among others."""
    sender = carrier(certificate, allowed=(), resolve=resolving(*addresses))
    with pytest.raises(Undeliverable) as caught:
        sender.carry(channel(443), DISPATCH)

    assert "address-not-public" == caught.value.reason


def test_a_network_may_be_allowed(certificate: Path) -> None:
    """That one, and not its neighbour."""
    other = Other()
    with listening(other, certificate) as port:
        carrier(certificate, allowed=(ip_network("127.0.0.1/32"),)).carry(channel(port), DISPATCH)
        with pytest.raises(Undeliverable):
            carrier(certificate, allowed=(ip_network("127.0.0.2/32"),)).carry(channel(port), DISPATCH)

    assert 1 == len(other.told)


def test_plain_http_is_never_spoken(certificate: Path) -> None:
    """Whatever the store holds."""
    with pytest.raises(Undeliverable) as caught:
        carrier(certificate).carry(attrs.evolve(channel(80), address=f"http://{NAME}/in"), DISPATCH)

    assert ("not-https", True) == (caught.value.reason, caught.value.final)


@attrs.define
class Dribbling(Other):
    """It answers, a piece at a time, and never comes to the end."""

    begins: bytes = b"HTTP/1.1 "
    goes_on: bytes = b"2"

    def answer(self, say: Callable[[bytes], None]) -> None:
        """Say another piece until nobody listens."""
        with suppress(OSError):
            say(self.begins)
            while True:
                Event().wait(0.02)
                say(self.goes_on)


@pytest.mark.parametrize("secured", [True, False])
def test_a_receiver_that_is_never_silent_and_never_done_is_left(certificate: Path, secured: bool) -> None:
    """However often it says a byte, before or after it has shown its certificate: it has so long altogether."""
    sender = carrier(certificate, altogether=0.5)
    with ExitStack() as stack:
        port = stack.enter_context(listening(Dribbling(), certificate) if secured else dribbling())
        with pytest.raises(Undeliverable) as caught:
            sender.carry(channel(port), DISPATCH)

    assert caught.value.reason.startswith("unreachable-")
    assert not caught.value.everywhere


def test_a_success_counts_whatever_comes_behind_it(certificate: Path) -> None:
    """Only the status is looked at: who says that it has it has it, also if the rest of the answer never ends."""
    other = Dribbling(begins=b"HTTP/1.1 200 OK\r\n", goes_on=b"X-More: 1\r\n")
    with listening(other, certificate) as port:
        carrier(certificate, altogether=0.5).carry(channel(port), DISPATCH)

    assert 1 == len(other.told)

"""Mail as a real server gets it, and what a server says when it does not want it."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from threading import Thread
from typing import Any

import attrs
import pytest

from kaohe_workflow.adapters.mail import MailCarrier
from kaohe_workflow.application.stored import Channel, Dispatch, Recipient
from kaohe_workflow.errors import Undeliverable
from kaohe_workflow.values.mail_server import SmtpServer
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from tests.unit.adapters.dribbling import dribbling

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICE = Recipient(RecipientKind.ORGANISATION, "i1")
CHANNEL = Channel("c1", OFFICE, ChannelKind.MAIL, "office@example.cn", "", NOW)
DISPATCH = Dispatch("01abc", "c1", "n1", NoticeKind.RETURN, "assessment", "a1", NOW, NOW)


@attrs.define
class Sink:
    """What an SMTP server was told, and what it answers to which command."""

    answers: dict[str, str] = attrs.field(factory=dict)
    envelope: list[str] = attrs.field(factory=list)
    messages: list[bytes] = attrs.field(factory=list)


@contextmanager
def listening(sink: Sink) -> Iterator[SmtpServer]:
    """A server of this machine that takes mail for the length of the block."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(sink.answers.get("hello", "220 sink"))
            for line in self.rfile:
                command = line.decode().strip()
                verb = command.split(" ")[0].upper()
                if verb in ("MAIL", "RCPT"):
                    sink.envelope.append(command)
                answer = sink.answers.get(verb) or {"DATA": "354 go on", "QUIT": "221 bye"}.get(
                    verb, "250 ok"
                )
                self.say(answer)
                if verb == "DATA" and answer.startswith("354"):
                    sink.messages.append(self.content())
                    self.say(sink.answers.get(".", "250 taken"))
                if verb == "QUIT":
                    return

        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def content(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield SmtpServer(host="127.0.0.1", port=server.server_address[1], protection="smtp")
        server.shutdown()
        thread.join()


def test_a_message_says_that_there_is_a_notice_and_nothing_more() -> None:
    """To one address, under the id of the dispatch, marked as made by a machine."""
    sink = Sink()
    with listening(sink) as server:
        MailCarrier(server, "kaohe@example.cn").carry(CHANNEL, DISPATCH)
    message = message_from_bytes(sink.messages[0], policy=policy.default)
    body = message.get_body()

    assert ["MAIL FROM:<kaohe@example.cn>", "RCPT TO:<office@example.cn>"] == [
        line.split(" size=")[0].replace("mail ", "MAIL ").replace("rcpt ", "RCPT ") for line in sink.envelope
    ]
    assert ("<01abc@example.cn>", "auto-generated") == (message["Message-ID"], message["Auto-Submitted"])
    assert "医师定期考核：新通知（驳回）" == message["Subject"]
    assert body is not None
    assert "a1" not in body.get_content()


@pytest.mark.parametrize(
    ("answers", "reason", "final", "everywhere"),
    [
        ({"RCPT": "550 no such user"}, "smtp-550", True, False),
        ({"RCPT": "450 busy"}, "smtp-450", False, False),
        ({".": "554 no"}, "smtp-554", True, False),
        ({".": "451 later"}, "smtp-451", False, False),
        ({"MAIL": "530 log in first"}, "smtp-530", False, True),
        ({"hello": "421 full up"}, "smtp-421", False, True),
    ],
)
def test_a_refusal_is_told_by_its_code(
    answers: dict[str, str], reason: str, final: bool, everywhere: bool
) -> None:
    """For good where the server says so of the address or the message, otherwise of all mail; never in its words."""
    with listening(Sink(answers)) as server, pytest.raises(Undeliverable) as caught:
        MailCarrier(server, "kaohe@example.cn").carry(CHANNEL, DISPATCH)

    assert (reason, final, everywhere) == (
        caught.value.reason,
        caught.value.final,
        caught.value.everywhere,
    )


def test_a_server_that_is_not_there_is_tried_again() -> None:
    """Nobody listens at the port of a server that has ended."""
    with listening(Sink()) as server:
        pass
    with pytest.raises(Undeliverable) as caught:
        MailCarrier(server, "kaohe@example.cn").carry(CHANNEL, DISPATCH)

    error = caught.value

    assert ("connection-refused-error", False, True) == (error.reason, error.final, error.everywhere)


def test_what_was_taken_is_delivered_whatever_is_said_at_parting() -> None:
    """A server that is about to stop has taken the message: sent again it would be there twice."""
    sink = Sink({"QUIT": "421 going down"})
    with listening(sink) as server:
        MailCarrier(server, "kaohe@example.cn").carry(CHANNEL, DISPATCH)

    assert 1 == len(sink.messages)


@pytest.mark.parametrize("protection", ["smtp", "smtps"])
def test_a_server_that_is_never_silent_and_never_done_is_left(protection: Any) -> None:
    """However often it says a byte, it has so long altogether."""
    with dribbling() as port:
        server = SmtpServer(host="127.0.0.1", port=port, protection=protection)
        carrier = MailCarrier(server, "kaohe@example.cn", altogether=0.3)
        with pytest.raises(Undeliverable) as caught:
            carrier.carry(CHANNEL, DISPATCH)

    assert caught.value.everywhere


def test_encryption_that_a_server_does_not_offer_is_not_done_without() -> None:
    """Nothing is handed in."""
    sink = Sink()
    with listening(sink) as server:
        carrier = MailCarrier(attrs.evolve(server, protection="smtp+starttls"), "kaohe@example.cn")
        with pytest.raises(Undeliverable):
            carrier.carry(CHANNEL, DISPATCH)

    assert [] == sink.messages


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.cn",
        "http://mail.example.cn",
        "smtp://user:password@mail.example.cn",
        "smtps://mail.example.cn/path",
        "smtps://",
    ],
)
def test_an_address_of_a_server_is_one(text: str) -> None:
    """And no password goes out in clear text."""
    with pytest.raises(ValueError, match=r"应|密码"):
        SmtpServer.parse(text)


def test_an_address_of_a_server_names_its_port_and_user() -> None:
    """Or has those of its kind; what an address cannot hold is escaped, and no password is shown."""
    server = SmtpServer.parse("smtp+starttls://kaohe:p%40ss@mail.example.cn:2525")

    assert ("mail.example.cn", 2525, "kaohe", "p@ss") == (
        server.host,
        server.port,
        server.user,
        server.password,
    )
    assert [25, 587, 465] == [
        SmtpServer.parse(f"{kind}://mail").port for kind in ("smtp", "smtp+starttls", "smtps")
    ]
    assert "p@ss" not in repr(server)

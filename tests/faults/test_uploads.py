"""Files that are handed in while something breaks, or twice at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.attachments import UNFINISHED_FOR, UNUSED_FOR
from kaohe_workflow.application.stored import Attachment, Unreadable
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.terms import AttachmentKind
from tests.faults.killed_upload import CONTENT, SENDER
from tests.faults.places import at_once, killed_in


@attrs.frozen
class Desk:
    """An installation on SQLite where files are handed in."""

    url: str
    keys: Keys
    clock: SettableClock
    application: Application
    folder: Path

    def known(self) -> list[Attachment | Unreadable]:
        with self.application.store.begin(write=False) as unit, unit.audit() as audit:
            return list(audit.attachments())

    def lying(self, *, finished: bool) -> list[Path]:
        return [
            path
            for path in self.folder.rglob("*")
            if path.is_file() and ("unfinished" not in path.parts) is finished
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url, keys, clock = f"sqlite:///{tmp_path / 'kaohe.sqlite3'}", Keys.fresh(), SettableClock(START)
    application = open_application(url, keys, clock=clock, printer=PlainPrinter())
    attachments = attrs.evolve(application.attachments, inspect=lambda _: AttachmentKind.PDF)
    with closing(application.store):
        yield Desk(
            url,
            keys,
            clock,
            attrs.evolve(application, attachments=attachments),
            tmp_path / "kaohe.sqlite3.files",
        )


def kill(desk: Desk, moment: str) -> None:
    killed_in("tests.faults.killed_upload", desk.url, desk.keys.text, moment)


@pytest.mark.parametrize(("moment", "unfinished", "finished"), [("written", 1, 0), ("named", 0, 1)])
def test_a_killed_upload_leaves_nothing_that_anybody_sees(
    desk: Desk, moment: str, unfinished: int, finished: int
) -> None:
    """kill -9 in the middle: no file is known, nothing is found wrong, and the same file can be handed in again."""
    kill(desk, moment)
    lying = (len(desk.lying(finished=False)), len(desk.lying(finished=True)))
    known = desk.known()
    again = desk.application.attachments.hand_in(SENDER, "证明.pdf", CONTENT)

    assert (unfinished, finished) == lying
    assert [] == known
    assert CONTENT == desk.application.attachments.own(SENDER, again.id).content
    assert 1 == len(desk.lying(finished=True))
    assert () == desk.application.verification.run().findings


def test_what_a_killed_upload_has_left_is_cleared_away(desk: Desk) -> None:
    """What has no name goes after a day by the clock of the machine."""
    kill(desk, "written")
    (left,) = desk.lying(finished=False)
    desk.clock.advance(timedelta(days=36_500))
    desk.application.attachments.clear_away()

    assert not left.exists()
    assert UNFINISHED_FOR < UNUSED_FOR


def test_an_upload_that_was_committed_is_there(desk: Desk) -> None:
    """Killed after the commit: the file is known and whole, though nobody was told."""
    kill(desk, "committed")
    (known,) = desk.known()

    assert isinstance(known, Attachment)
    assert CONTENT == desk.application.attachments.own(SENDER, known.id).content


def test_the_same_bytes_at_once_lie_there_once(desk: Desk) -> None:
    """Two people hand in the same file at the same moment: two files, one copy of the bytes."""
    other = attrs.evolve(SENDER, account_id="another", organisation_id="elsewhere")
    hand_in = desk.application.attachments.hand_in
    for number in range(8):
        content = CONTENT + bytes([number])
        ends = at_once(
            lambda content=content: hand_in(SENDER, "a", content),
            lambda content=content: hand_in(other, "a", content),
        )

        assert 1 == len({end.digest for end in ends})
        assert 2 == len({end.id for end in ends})
    assert 8 == len(desk.lying(finished=True))
    assert () == desk.application.verification.run().findings


def test_who_comes_while_the_same_bytes_are_cleared_away_keeps_them(desk: Desk) -> None:
    """The sweep and an upload of the same bytes meet: whatever is known has its bytes."""
    attachments = desk.application.attachments
    for number in range(8):
        content = CONTENT + bytes([number])
        attachments.hand_in(SENDER, "old", content)
        desk.clock.advance(UNUSED_FOR + timedelta(hours=2))
        ends = at_once(
            attachments.clear_away, lambda content=content: attachments.hand_in(SENDER, "new", content)
        )

        assert isinstance(ends[1], Attachment), ends
        assert content == attachments.own(SENDER, ends[1].id).content
    assert () == desk.application.verification.run().findings

"""Files that are handed in while something breaks, or twice at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.attachments import UNFINISHED_FOR, UNUSED_FOR
from kaohe_workflow.application.orphans import ORPHANED_FOR
from kaohe_workflow.application.stored import Attachment, Errand, Unreadable
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding
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
            if path.is_file() and path.name != "owner" and ("unfinished" not in path.parts) is finished
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


def aged(desk: Desk, path: Path, age: timedelta) -> None:
    """Let a file have lain there for so long, by the clock of the desk."""
    at = (desk.clock.now() - age).timestamp()
    os.utime(path, (at, at))


@pytest.mark.parametrize("moment", ["named", "forgotten"])
def test_bytes_that_nothing_knows_go_after_their_time(desk: Desk, moment: str) -> None:
    """kill -9 between bytes and what is known of them, when they come and when they go: they stay as long as somebody
    may be about to name them, then a sweep drops them, and a dry run tells how many before."""
    kill(desk, moment)
    (left,) = desk.lying(finished=True)
    orphans, found = desk.application.orphans, []
    for age in (ORPHANED_FOR, ORPHANED_FOR + timedelta(seconds=1)):
        aged(desk, left, age)
        found.append((orphans.count(), orphans.clear_away(), left.exists()))

    assert [(0, 0, True), (1, 1, False)] == found
    assert (0, 0) == (orphans.count(), orphans.clear_away())
    assert [] == desk.known()


def test_known_bytes_stay_however_old(desk: Desk) -> None:
    """An attachment's, whether a case names it or not, and a result's of a job."""
    kept = desk.application.attachments.hand_in(SENDER, "证明.pdf", CONTENT)
    contents = desk.application.errands.contents
    part = contents.keep(b"a result")
    errand = Errand(
        "e1", "account", ErrandKind.CERTIFICATES, ErrandStanding.DONE, 1, START, parts=("0" * 64, part)
    )
    with desk.application.store.begin() as unit:
        unit.keep_errand(errand)
        unit.commit()
    contents.keep(b"nobody's")
    for path in desk.lying(finished=True):
        aged(desk, path, timedelta(days=3650))

    assert 1 == desk.application.orphans.clear_away()
    assert [True, True] == [contents.holds(digest) for digest in (kept.digest, part)]


def test_bytes_that_are_kept_again_are_young_again(desk: Desk) -> None:
    """Whoever hands in what a killed upload has left, and is about to name it, does not find it gone."""
    kill(desk, "named")
    (left,) = desk.lying(finished=True)
    aged(desk, left, timedelta(days=3650))
    desk.application.attachments.contents.keep(CONTENT)

    assert (0, True) == (desk.application.orphans.clear_away(), left.exists())


def test_the_files_of_another_database_are_not_touched(desk: Desk, tmp_path: Path) -> None:
    """Two databases that were given one folder by mistake: the second is told so, and drops nothing."""
    kept = desk.application.attachments.hand_in(SENDER, "证明.pdf", CONTENT)
    desk.application.orphans.clear_away()
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    other = open_application(
        url, desk.keys, clock=desk.clock, printer=PlainPrinter(), attachment_folder=desk.folder
    )
    (left,) = desk.lying(finished=True)
    aged(desk, left, timedelta(days=3650))
    with closing(other.store), pytest.raises(DefinitionError) as caught:
        other.orphans.clear_away()

    assert ["folder-foreign"] == [problem.code for problem in caught.value.problems]
    assert CONTENT == desk.application.attachments.own(SENDER, kept.id).content


def test_orphans_are_looked_for_once_a_day(desk: Desk) -> None:
    """Every file is looked at, so that several processes do it once between them; the command line at any time."""
    orphans = desk.application.orphans
    desk.clock.set(datetime(2023, 11, 1, 15, 59, tzinfo=UTC))  # 23:59 in China
    found = []
    for seconds in (0, 59, 1):
        desk.clock.advance(timedelta(seconds=seconds))
        digest = desk.application.errands.contents.keep(b"nobody's")
        (left,) = desk.lying(finished=True)
        aged(desk, left, ORPHANED_FOR + timedelta(seconds=1))
        found.append(orphans.clear_away_daily())
        desk.application.errands.contents.drop(digest)
    both = at_once(orphans.clear_away_daily, orphans.clear_away_daily)

    assert [1, 0, 1] == found
    assert [0, 0] == both


def test_an_upload_of_orphaned_bytes_meets_the_sweep(desk: Desk) -> None:
    """Whatever is known has its bytes, also where the same bytes were just being dropped as nobody's."""
    attachments, orphans = desk.application.attachments, desk.application.orphans
    for number in range(8):
        content = CONTENT + bytes([number])
        attachments.contents.keep(content)
        for path in desk.lying(finished=True):
            aged(desk, path, timedelta(days=3650))
        ends = at_once(
            orphans.clear_away, lambda content=content: attachments.hand_in(SENDER, "new", content)
        )

        assert isinstance(ends[1], Attachment), ends
        assert content == attachments.own(SENDER, ends[1].id).content
    assert () == desk.application.verification.run().findings


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

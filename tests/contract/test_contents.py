"""Every shipped place of files keeps the contract; what only a folder promises."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kaohe_workflow.adapters.contents import FolderContents
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.memory import MemoryContents
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.errors import RecordDamaged, StorageFull, StoreUnavailable
from kaohe_workflow.testing.contracts import ContentsContract

KEYS = Keys.fresh()


class TestMemory(ContentsContract):
    """In memory."""

    @pytest.fixture
    def contents(self) -> Contents:
        return MemoryContents()


class TestFolder(ContentsContract):
    """In a folder."""

    @pytest.fixture
    def contents(self, tmp_path: Path) -> Contents:
        return FolderContents(tmp_path / "files", KeyedSecrets(KEYS))


class TestFolderAlone:
    """What a folder of files promises beyond that."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "made" / "files"

    @pytest.fixture
    def contents(self, folder: Path) -> FolderContents:
        return FolderContents(folder, KeyedSecrets(KEYS))

    def test_nothing_lies_open(self, contents: FolderContents, folder: Path) -> None:
        """Neither the bytes nor the folder: others may not even list it."""
        contents.keep(b"CANARY" * 99)
        written = [path for path in folder.rglob("*") if path.is_file()]

        assert 1 == len(written)
        assert b"CANARY" not in written[0].read_bytes()
        assert {0o700} == {
            path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*")) if path.is_dir()
        }
        assert 0o600 == written[0].stat().st_mode & 0o777

    def test_a_file_lies_two_folders_deep_under_its_digest(
        self, contents: FolderContents, folder: Path
    ) -> None:
        """No folder gets more than one in 256 of all files."""
        digest = contents.keep(b"one")

        assert (folder / digest[:2] / digest[2:4] / digest).is_file()

    def test_what_was_changed_or_moved_is_damaged(self, contents: FolderContents, folder: Path) -> None:
        """A flipped bit, a cut end, another file's bytes under this name: none is given to anybody."""
        digest, other = contents.keep(b"one"), contents.keep(b"two")
        path, there = (folder / each[:2] / each[2:4] / each for each in (digest, other))
        whole = path.read_bytes()
        flipped = whole[:-1] + bytes([whole[-1] ^ 1])

        for content in (flipped, whole[:-20], whole[:9], b"", b"x|y|z", there.read_bytes()):
            path.write_bytes(content)
            with pytest.raises(RecordDamaged):
                contents.read(digest)

    def test_what_is_damaged_is_written_anew_by_whoever_has_it(
        self, contents: FolderContents, folder: Path
    ) -> None:
        """Handing in the same bytes again heals the file."""
        digest = contents.keep(b"one")
        (folder / digest[:2] / digest[2:4] / digest).write_bytes(b"")
        contents.keep(b"one")

        assert b"one" == contents.read(digest)

    def test_older_keys_open_what_they_have_sealed(self, contents: FolderContents, folder: Path) -> None:
        """The first key seals, every listed one opens; with none of them the file is damaged."""
        digest = contents.keep(b"one")
        newer = Keys(KEYS.index, (("2", Keys.fresh().seals[0][1]), *KEYS.seals))

        assert b"one" == FolderContents(folder, KeyedSecrets(newer)).read(digest)
        with pytest.raises(RecordDamaged):
            FolderContents(folder, KeyedSecrets(Keys.fresh())).read(digest)

    @pytest.mark.parametrize(
        ("number", "told"),
        [
            (errno.ENOSPC, StorageFull),
            (errno.EDQUOT, StorageFull),
            (errno.EIO, StoreUnavailable),
            (errno.EROFS, StoreUnavailable),
        ],
    )
    def test_a_disk_that_takes_no_more_leaves_nothing(
        self,
        contents: FolderContents,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        number: int,
        told: type[Exception],
    ) -> None:
        """A full disk is told as such, anything else as a store that does not answer."""

        def refuse(_: int) -> None:
            raise OSError(number, os.strerror(number))

        contents.keep(b"before")
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            with pytest.raises(StoreUnavailable) as caught:
                contents.keep(b"one")
        left = [path for path in folder.rglob("*") if path.is_file()]

        assert told is type(caught.value)
        assert 1 == len(left)

    def test_what_a_dead_writer_has_left_is_tidied_away(self, contents: FolderContents, folder: Path) -> None:
        """Not what may still be written: only what is older than the bound."""
        contents.keep(b"kept")
        left = folder / "unfinished" / "left"
        left.write_bytes(b"half")
        since = datetime.fromtimestamp(left.stat().st_mtime, UTC)
        contents.tidy(since)
        there = left.exists()
        contents.tidy(since + timedelta(microseconds=1))

        assert (True, False) == (there, left.exists())

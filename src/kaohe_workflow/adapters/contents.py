"""
Files in a folder: encrypted, each once, under the SHA-256 of its plain bytes.

    ab/cd/abcd…      one file: ``suite|key|``, nonce, ciphertext and tag, bound to its digest
    unfinished/      what is being written; it gets its name when it is on the disk whole
    owner            which database the files belong to

A file appears under its name by one rename, after its bytes are on the disk, and the folders that lead to it are as
well before anybody is told: whoever is told that a file is kept finds it after a power cut. Plain bytes never touch the
disk.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from re import ASCII, fullmatch
from secrets import token_hex
from typing import Protocol

from kaohe_workflow.errors import (
    DefinitionError,
    NotFound,
    Problem,
    RecordDamaged,
    StorageFull,
    StoreUnavailable,
)

_UNFINISHED = "unfinished"
_OWNER = "owner"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Seals(Protocol):
    """What encrypts files."""

    def seal_bytes(self, place: str, content: bytes) -> bytes:
        """Encrypt bytes, bound to ``place``."""

    def open_bytes(self, place: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed at ``place``; raises `DefinitionError`."""


class FolderContents:
    """The port `Contents` over a folder, which is made, closed to others, with the first file."""

    def __init__(self, folder: Path, seals: Seals) -> None:
        self._folder = folder
        self._seals = seals

    def keep(self, content: bytes) -> str:
        """Keep these bytes; their digest. What lies there already and can be read is left as it is."""
        digest = sha256(content).hexdigest()
        with _told(digest):
            if not self._is_sound(digest) or not self._is_kept_now(digest):
                self._write(digest, self._seals.seal_bytes(_place(digest), content))
        return digest

    def _is_sound(self, digest: str) -> bool:
        """Whether the bytes are there; what is damaged is written anew by whoever has them."""
        try:
            self.read(digest)
        except (NotFound, RecordDamaged):
            return False
        return True

    def _is_kept_now(self, digest: str) -> bool:
        """Note that it was kept now, which `lying` goes by; False if it is gone meanwhile."""
        try:
            os.utime(self._path(digest))
        except FileNotFoundError:
            return False
        return True

    def _write(self, digest: str, sealed: bytes) -> None:
        path = self._path(digest)
        for folder in reversed(path.parents[:2]):
            _make(folder)
        with self._written(sealed) as fresh:
            fresh.replace(path)
        _sync(path.parent)

    @contextmanager
    def _written(self, content: bytes) -> Iterator[Path]:
        """A file that is on the disk whole and has no name yet; it is gone afterwards."""
        unfinished = self._folder / _UNFINISHED
        _make(unfinished)
        fresh = unfinished / token_hex(16)
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield fresh
        finally:
            fresh.unlink(missing_ok=True)

    def read(self, digest: str) -> bytes:
        """The bytes of a digest."""
        path = self._path(digest)
        try:
            with _told(digest):
                sealed = path.read_bytes()
            content = self._seals.open_bytes(_place(digest), sealed)
        except FileNotFoundError as ex:
            raise NotFound("content", digest) from ex
        except DefinitionError as ex:
            raise RecordDamaged("content", digest) from ex
        if sha256(content).hexdigest() != digest:
            raise RecordDamaged("content", digest)
        return content

    def holds(self, digest: str) -> bool:
        """Whether something lies under this digest."""
        return self._path(digest).exists()

    def drop(self, digest: str) -> None:
        """Remove the bytes of a digest, if they are there."""
        path = self._path(digest)
        with _told(digest):
            path.unlink(missing_ok=True)

    def tidy(self, before: datetime) -> None:
        """Remove what writers that died before that instant have left unfinished."""
        unfinished = self._folder / _UNFINISHED
        with _told(_UNFINISHED):
            for path in list(unfinished.iterdir()) if unfinished.is_dir() else []:
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink(missing_ok=True)

    def lying(self, before: datetime) -> Iterator[str]:
        """The digests of what was last kept before that instant, by the clock of the machine."""
        with _told("files"):
            for shelf in _folders(self._folder):
                for folder in _folders(shelf):
                    yield from _older(folder, before.timestamp())

    def owner(self) -> str | None:
        """Whose place this is, as `claim` has noted it; None where nobody has."""
        with _told(_OWNER), suppress(FileNotFoundError):
            return (self._folder / _OWNER).read_text("ascii")
        return None

    def claim(self, owner: str) -> None:
        """Note whose place this is, unless somebody has."""
        with _told(_OWNER), self._written(owner.encode("ascii")) as fresh:
            with suppress(FileExistsError):
                os.link(fresh, self._folder / _OWNER)
            _sync(self._folder)

    def _path(self, digest: str) -> Path:
        if not fullmatch(r"[0-9a-f]{64}", digest, ASCII):
            raise NotFound("content", digest)
        return self._folder / digest[:2] / digest[2:4] / digest


class NoContents:
    """The port `Contents` where no place was named: nothing can be kept, and nothing is there."""

    def keep(self, content: bytes) -> str:
        """Refuse: raises `DefinitionError`."""
        message = "files can be kept only where a folder is named (KAOHE_ATTACHMENT_DIR)"
        raise DefinitionError([Problem("attachments", "folder-missing", message)])

    def read(self, digest: str) -> bytes:
        """Nothing is there: raises `NotFound`."""
        raise NotFound("content", digest)

    def holds(self, digest: str) -> bool:
        """Nothing is there."""
        return False

    def drop(self, digest: str) -> None:
        """There is nothing to remove."""

    def tidy(self, before: datetime) -> None:
        """Nothing is ever unfinished here."""

    def lying(self, before: datetime) -> Iterator[str]:
        """Nothing is there."""
        return iter(())

    def owner(self) -> str | None:
        """Nobody has claimed what is not there."""
        return None

    def claim(self, owner: str) -> None:
        """There is nothing to claim."""


def _folders(place: Path) -> Iterator[Path]:
    """The folders of two hexadecimal digits in a folder, which may not be there."""
    for path in place.iterdir() if place.is_dir() else ():
        if fullmatch(r"[0-9a-f]{2}", path.name, ASCII):
            yield path


def _older(folder: Path, before: float) -> Iterator[str]:
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if fullmatch(r"[0-9a-f]{64}", path.name, ASCII) and path.stat().st_mtime < before:
                yield path.name
        except FileNotFoundError:  # somebody else has dropped it
            continue


def _place(digest: str) -> str:
    return f"content|{digest}"


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What the system refuses, as errors of ours; that something is not there is left to the caller."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as ex:
        if ex.errno in _FULL:
            raise StorageFull(f"there is no room for {what}: {ex.strerror}") from ex
        raise StoreUnavailable(f"{what} cannot be kept or read: {ex.strerror}") from ex


def _make(folder: Path) -> None:
    """A folder that is there after a power cut, with those above it."""
    if folder.is_dir():
        return
    missing = [folder]
    while not missing[-1].parent.is_dir():
        missing.append(missing[-1].parent)
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        _sync(one.parent)


def _sync(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

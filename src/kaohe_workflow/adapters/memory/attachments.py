"""What is known of files that were handed in, in memory; and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256

import attrs

from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.columns import must_be_storable
from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.errors import ConcurrentTransition, NotFound


class Attachments:
    """The part of a unit of work that keeps what is known of files."""

    _check: Callable[..., None]
    _layer: Callable[[str], Layer]
    _writing: Callable[[], AbstractContextManager[None]]

    def add_attachment(self, attachment: Attachment) -> None:
        """Keep what is known of a file; raises `ConcurrentTransition` if the id is taken, `InputInvalid`."""
        must_be_storable("$.name", attachment.name)
        with self._writing():
            layer = self._layer("attachment")
            if layer.get(attachment.id):
                raise ConcurrentTransition("attachment", attachment.id, None, None)
            layer.put(attachment.id, attachment)

    def attachments(self, ids: Sequence[str]) -> dict[str, Attachment]:
        """The attachments of these ids; missing ids are left out."""
        self._check()
        layer = self._layer("attachment")
        return {id: found for id in ids if (found := layer.get(id)) is not None}

    def use_attachments(self, ids: Sequence[str]) -> None:
        """Note that a case names these; raises `ConcurrentTransition` if one of them is gone."""
        with self._writing():
            layer = self._layer("attachment")
            for id in ids:
                found = layer.get(id)
                if found is None:
                    raise ConcurrentTransition("attachment", id, None, None)
                layer.put(id, attrs.evolve(found, used=True))

    def disuse_attachments(self, ids: Sequence[str]) -> None:
        """Note that no case names these any more."""
        with self._writing():
            layer = self._layer("attachment")
            for id in ids:
                found = layer.get(id)
                if found is not None:
                    layer.put(id, attrs.evolve(found, used=False))

    def unused_attachments(self, before: datetime, limit: int) -> list[Attachment]:
        """Attachments from before that instant that no case has ever named, oldest first."""
        self._check()
        unused = [one for one in self._layer("attachment").values() if not one.used and one.at < before]
        return sorted(unused, key=lambda one: (one.at, one.id))[:limit]

    def count_unused_attachments(self, before: datetime) -> int:
        """How many of those there are."""
        return len(self.unused_attachments(before, len(list(self._layer("attachment").values()))))

    def drop_attachments(self, ids: Sequence[str]) -> None:
        """Remove those of these that no case has named meanwhile."""
        self._check(write=True)
        layer = self._layer("attachment")
        for id in ids:
            found = layer.get(id)
            if found is not None and not found.used:
                layer.drop(id)

    def named_contents(self, digests: Sequence[str]) -> frozenset[str]:
        """Which of these digests an attachment has, or an errand as a file of its result."""
        self._check()
        named = {one.digest for one in self._layer("attachment").values()}
        parts = {digest for errand in self._layer("errand").values() for digest in errand.parts}
        return frozenset((named | parts).intersection(digests))


class MemoryContents:
    """The port `Contents` in a dictionary; nothing is encrypted, because nothing leaves the process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, datetime]] = {}
        self._clock = SystemClock()
        self._owner: str | None = None

    def keep(self, content: bytes) -> str:
        """Keep these bytes; their digest."""
        digest = sha256(content).hexdigest()
        self._kept[digest] = (bytes(content), self._clock.now())
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes of a digest; raises `NotFound`."""
        if digest not in self._kept:
            raise NotFound("content", digest)
        return self._kept[digest][0]

    def holds(self, digest: str) -> bool:
        """Whether something lies under this digest."""
        return digest in self._kept

    def drop(self, digest: str) -> None:
        """Remove the bytes of a digest, if they are there."""
        self._kept.pop(digest, None)

    def tidy(self, before: datetime) -> None:
        """Nothing is ever unfinished here."""

    def lying(self, before: datetime) -> Iterator[str]:
        """The digests of what was last kept before that instant."""
        return iter([digest for digest, (_, at) in list(self._kept.items()) if at < before])

    def owner(self) -> str | None:
        """Whose place this is, as `claim` has noted it; None where nobody has."""
        return self._owner

    def claim(self, owner: str) -> None:
        """Note whose place this is, unless somebody has."""
        self._owner = self._owner or owner

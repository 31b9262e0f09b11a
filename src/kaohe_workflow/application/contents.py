"""
The port for the bytes of files, which lie beside the store and not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Contents(Protocol):
    """
    The bytes of files, beside the store: encrypted, each once, under the SHA-256 of what was given (lower-case hex).

    What `keep` has answered is durable. One folder, or whatever it is, belongs to one store.
    """

    def keep(self, content: bytes) -> str:
        """
        Keep these bytes; their digest. A process that dies meanwhile leaves them kept whole, or not at all.

        Raises:
            StorageFull: there is no room for them.
            StoreUnavailable: they cannot be written.
        """

    def read(self, digest: str) -> bytes:
        """
        The bytes of a digest.

        Raises:
            NotFound: there are none.
            RecordDamaged: what lies there is something else, or was sealed with another key.
            StoreUnavailable: they cannot be read.
        """

    def holds(self, digest: str) -> bool:
        """Whether something lies under this digest."""

    def drop(self, digest: str) -> None:
        """Remove the bytes of a digest, if they are there; raises `StoreUnavailable` where that cannot be done."""

    def tidy(self, before: datetime) -> None:
        """Remove what writers that died before that instant have left unfinished."""

    def lying(self, before: datetime) -> Iterator[str]:
        """
        The digests of what was last kept before that instant, in no order; keeping the same bytes again counts.

        Raises:
            StoreUnavailable: the place cannot be looked through.
        """

    def owner(self) -> str | None:
        """Whose place this is, as `claim` has noted it; None where nobody has."""

    def claim(self, owner: str) -> None:
        """
        Note whose place this is, unless somebody has.

        Raises:
            StoreUnavailable: it cannot be written.
        """

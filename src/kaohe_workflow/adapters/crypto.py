"""
Keyed operations: sealing, look-up hashes, commitments; and where the keys come from.

A sealed value is text `suite|key|nonce|ciphertext|tag` (base64 without padding): AES-256-GCM, bound to its
place, so that it cannot be moved to another row or column. Every sealing key that is listed opens; the first
listed seals.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Self

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaohe_workflow.errors import DefinitionError, Problem

SUITE = "intl1"
"""AES-256-GCM; named in every value, so that another suite can be read beside it."""

ENVIRONMENT = "KAOHE_KEYS"
FILE = "keys"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_BLIND_BYTES = 16
_INDEX = "index"
_SEAL = "seal-"
_MALFORMED = "这一项不是密钥：应为 index:… 或 seal-名称:…，其后是32字节的base64；请从密钥的备份中完整复制"
_NO_FILE = (
    "没有密钥文件：已有的数据只能用当初的密钥打开，请从备份中放回该文件，或用 KAOHE_KEYS 给出密钥；"
    "新装的系统请先用 kaohe province --name … 建立省级机构，密钥随之生成"
)
_MISSING = "应有一项 index:… 和至少一项 seal-名称:…；请从密钥的备份中完整复制"


@attrs.frozen
class Keys:
    """
    The keys of one installation.

    As text: `index:<base64>` and one or more `seal-<name>:<base64>`, separated by white space or commas; 32
    bytes each. To rotate, put a new sealing key before the old ones; the index key stays, or nothing is found
    any more.
    """

    index: bytes = attrs.field(repr=False)
    seals: tuple[tuple[str, bytes], ...] = attrs.field(repr=False)

    @classmethod
    def parse(cls, text: str, path: str = ENVIRONMENT) -> Self:
        """
        Read the keys from text.

        Raises:
            DefinitionError: all of ``key-malformed``, ``key-duplicate``, ``key-missing``; no key is shown.
        """
        found: dict[str, bytes] = {}
        problems = []
        for number, part in enumerate(text.replace(",", " ").split(), 1):
            name, _, encoded = part.partition(":")
            key = _key(encoded)
            if key is None or not (name == _INDEX or _is_seal(name)):
                problems.append(Problem(f"{path}[{number}]", "key-malformed", _MALFORMED))
            elif name in found:
                problems.append(
                    Problem(f"{path}[{number}]", "key-duplicate", f"{name} 出现了两次，请只留一项")
                )
            else:
                found[name] = key
        seals = tuple((name.removeprefix(_SEAL), key) for name, key in found.items() if name != _INDEX)
        if _INDEX not in found or not seals:
            problems.append(Problem(path, "key-missing", _MISSING))
        if problems:
            raise DefinitionError(problems)
        return cls(found[_INDEX], seals)

    @classmethod
    def fresh(cls) -> Self:
        """New random keys."""
        return cls(os.urandom(_KEY_BYTES), (("1", os.urandom(_KEY_BYTES)),))

    @classmethod
    def in_home(cls, home: Path, *, makes: bool = True) -> Self:
        """
        The keys in the file ``keys`` of a directory, made there the first time if ``makes``.

        The file is readable by its owner alone and appears whole or not at all; of two processes that make it
        at once, both go on with the same one.

        Raises:
            DefinitionError: ``key-exposed``: others may read the file; ``keys-missing``: there is none, and none is to
                be made; ``keys-unreadable``: something else is there; or as `parse`.
        """
        path = home / FILE
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe would be waited for; a directory is told by the system.
            raise DefinitionError([Problem(str(path), "keys-unreadable", "密钥无法读取：这不是普通文件")])
        if not path.exists():
            if not makes:
                raise DefinitionError([Problem(str(path), "keys-missing", _NO_FILE)])
            home.mkdir(parents=True, exist_ok=True)
            _write_once(path, cls.fresh().text + "\n")
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise DefinitionError(
                [Problem(str(path), "key-exposed", "其他用户可以读取该文件，请执行 chmod 600")]
            )
        return cls.parse(path.read_text(encoding="ascii"), str(path))

    @property
    def text(self) -> str:
        """The keys as `parse` reads them."""
        named = [(_INDEX, self.index), *((_SEAL + name, key) for name, key in self.seals)]
        return "\n".join(f"{name}:{b64encode(key).decode()}" for name, key in named)

    @property
    def pepper(self) -> bytes:
        """A key for passwords, derived from the index key."""
        return _derived(self.index, "password")


def _is_seal(name: str) -> bool:
    return name.startswith(_SEAL) and name.removeprefix(_SEAL).isalnum() and name.isascii()


def _key(encoded: str) -> bytes | None:
    try:
        key = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def _write_once(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}-{token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link fails where the name is taken; a rename would silently replace another's keys.
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink()


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"kaohe|{purpose}".encode()).derive(key)


class KeyedSecrets:
    """The port `Secrets` over a set of keys."""

    def __init__(self, keys: Keys) -> None:
        self._index = _derived(keys.index, "blind")
        self._seals = {name: AESGCM(_derived(key, "seal")) for name, key in keys.seals}
        self._current = keys.seals[0][0]
        self._prefix = f"{SUITE}|{self._current}|"

    def blind(self, purpose: str, text: str) -> str:
        """Keyed hash for look-up (HMAC-SHA-256 of `purpose|text`, the first 16 bytes, hex)."""
        return hmac.digest(self._index, f"{purpose}|{text}".encode(), sha256)[:_BLIND_BYTES].hex()

    def commit(self, salt: str, content: str) -> str:
        """A commitment (HMAC-SHA-256, hex) keyed with ``salt``'s text; anyone with the salt can check it."""
        return hmac.digest(salt.encode(), content.encode(), sha256).hex()

    def seal(self, place: str, text: str) -> str:
        """Encrypt ``text``, bound to ``place``; the same text gives another value each time."""
        nonce = os.urandom(_NONCE_BYTES)
        both = self._seals[self._current].encrypt(nonce, text.encode(), place.encode())
        return self._prefix + "|".join(_packed(nonce, both[:-_TAG_BYTES], both[-_TAG_BYTES:]))

    def seal_bytes(self, place: str, content: bytes) -> bytes:
        """Encrypt bytes, bound to ``place``: ``suite|key|``, nonce, ciphertext and tag."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._seals[self._current].encrypt(nonce, content, place.encode())
        return self._prefix.encode() + nonce + sealed

    def open_bytes(self, place: str, sealed: bytes) -> bytes:
        """
        Decrypt what `seal_bytes` sealed at ``place``.

        Raises:
            DefinitionError: as `open`.
        """
        suite, _, rest = sealed.partition(b"|")
        name, _, body = rest.partition(b"|")
        if suite != SUITE.encode():
            raise DefinitionError([Problem(place, "seal-malformed", f"no value of the suite {SUITE}")])
        key = self._key_named(place, name.decode("latin-1"))
        try:
            return key.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as ex:
            raise DefinitionError([Problem(place, "seal-broken", "it cannot be opened here")]) from ex

    def _key_named(self, place: str, name: str) -> AESGCM:
        key = self._seals.get(name)
        if key is None:
            raise DefinitionError([Problem(place, "key-unknown", f"no sealing key {name!r} is given")])
        return key

    def open(self, place: str, sealed: str) -> str:
        """
        Decrypt what was sealed at ``place``.

        Raises:
            DefinitionError: ``seal-malformed``, ``key-unknown``, or ``seal-broken``: sealed elsewhere,
                with another key of this name, or changed since.
        """
        parts = sealed.split("|")
        if len(parts) != 5 or parts[0] != SUITE:
            raise DefinitionError([Problem(place, "seal-malformed", f"no value of the suite {SUITE}")])
        key = self._key_named(place, parts[1])
        try:
            nonce, body, tag = (b64decode(part + "=" * (-len(part) % 4), validate=True) for part in parts[2:])
            return key.decrypt(nonce, body + tag, place.encode()).decode()
        except (InvalidTag, Base64Error, ValueError) as ex:
            raise DefinitionError([Problem(place, "seal-broken", "it cannot be opened here")]) from ex


def _packed(*parts: bytes) -> Iterator[str]:
    return (b64encode(part).decode().rstrip("=") for part in parts)

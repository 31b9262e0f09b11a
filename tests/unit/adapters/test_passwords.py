"""Slow hashes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from argon2 import PasswordHasher

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.passwords import AT_ONCE, RETRY_AFTER, WAITING, Argon2Passwords
from kaohe_workflow.errors import TooManyTries

PASSWORDS = Argon2Passwords()
PEPPERED = Argon2Passwords(b"p" * 32)


@pytest.mark.parametrize("passwords", [PASSWORDS, PEPPERED])
def test_only_the_right_password_matches(passwords: Argon2Passwords) -> None:
    """Letters, width and blanks count."""
    hashed = passwords.hash("Kaohe 2024 密码")

    assert passwords.matches(hashed, "Kaohe 2024 密码")
    assert not passwords.matches(hashed, "kaohe 2024 密码")
    assert not passwords.matches(hashed, "Kaohe 2024 密码 ")


def test_composed_and_decomposed_letters_are_the_same() -> None:
    """Keyboards differ in how they write é."""

    assert PASSWORDS.matches(PASSWORDS.hash("caf\u00e9"), "cafe\u0301")


def test_the_same_password_hashes_differently() -> None:
    """Each hash has its own salt."""

    assert PASSWORDS.hash("a") != PASSWORDS.hash("a")


def test_the_hash_says_how_it_was_made() -> None:
    """argon2id with 19 MiB, two passes, one lane."""

    assert PASSWORDS.hash("a").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("hashed", [None, "", "no hash", "$argon2id$v=19$m=19456,t=2,p=1$YQ$YQ"])
def test_what_is_no_hash_is_wrong(hashed: str | None) -> None:
    """An account without a password cannot be entered, not even with the text that nobody has."""

    assert not PASSWORDS.matches(hashed, "nobody")


def test_without_its_pepper_a_hash_is_useless() -> None:
    """A stolen table alone cannot be searched."""

    assert not PASSWORDS.matches(PEPPERED.hash("a"), "a")


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    """It is made anew at the next log-in."""

    assert not PASSWORDS.outdated(PASSWORDS.hash("a"))
    assert PASSWORDS.outdated(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("a"))


NOW = datetime(2024, 1, 3, tzinfo=UTC)


class HeldHasher:
    """Hashes when it is let go, and counts what began."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.begun = 0

    def hash(self, text: bytes) -> str:
        self.begun += 1
        self.let_go.wait(30)
        return "hashed"

    verify = hash


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Argon2Passwords, HeldHasher]]:
    """Passwords with every place taken: as many at work as may be, and as many waiting."""
    passwords, hasher = Argon2Passwords(clock=SettableClock(NOW)), HeldHasher()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    with ThreadPoolExecutor(AT_ONCE + WAITING) as threads:
        futures = [threads.submit(passwords.hash, "a") for _ in range(AT_ONCE + WAITING)]
        while passwords.places:
            Event().wait(0.001)
        yield passwords, hasher
        hasher.let_go.set()
        assert ["hashed"] * len(futures) == [future.result() for future in futures]
    assert AT_ONCE + WAITING == passwords.places


def test_who_finds_the_queue_full_is_sent_away(full: tuple[Argon2Passwords, HeldHasher]) -> None:
    """Two at most are computed, sixteen wait; the next one learns at once when to come again, unhashed."""
    passwords, hasher = full
    with pytest.raises(TooManyTries) as caught:
        passwords.hash("b")

    assert NOW + RETRY_AFTER == caught.value.retry_at
    assert hasher.begun <= AT_ONCE


def test_a_comparison_waits_in_the_same_queue(full: tuple[Argon2Passwords, HeldHasher]) -> None:
    """Of an account or of nobody: sent away as well, which tells nothing about the account."""
    passwords, _ = full
    for hashed in (None, "$argon2id$"):
        with pytest.raises(TooManyTries):
            passwords.matches(hashed, "b")

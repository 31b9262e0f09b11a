"""Slow hashes."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from kaohe_workflow.adapters.passwords import Argon2Passwords

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

"""Keys, seals, look-up hashes, commitments."""

from __future__ import annotations

import hashlib
import hmac
import re
import stat
from base64 import b64encode
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.errors import DefinitionError

INDEX, OLD, NEW = (b64encode(bytes([filling]) * 32).decode() for filling in (1, 2, 3))
SECRETS = KeyedSecrets(Keys.parse(f"index:{INDEX} seal-1:{OLD}"))
ROTATED = KeyedSecrets(Keys.parse(f"index:{INDEX},seal-2:{NEW},seal-1:{OLD}"))
OTHERS = KeyedSecrets(Keys.parse(f"index:{NEW}\nseal-1:{NEW}"))


def _codes(error: DefinitionError) -> list[str]:
    return [problem.code for problem in error.problems]


def _broken(secrets: KeyedSecrets, place: str, sealed: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        secrets.open(place, sealed)
    return _codes(caught.value)


@given(st.text(), st.text())
def test_what_is_sealed_opens_in_its_place(place: str, text: str) -> None:
    """Any text, bound to any place."""
    encodable = text.encode("utf-8", "replace").decode()
    somewhere = place.encode("utf-8", "replace").decode()

    assert encodable == SECRETS.open(somewhere, SECRETS.seal(somewhere, encodable))


def test_a_seal_names_suite_and_key_and_is_new_each_time() -> None:
    """From two seals nobody sees that they hold the same."""
    first, second = SECRETS.seal("a", "x"), SECRETS.seal("a", "x")

    assert first != second
    assert ["intl1", "1"] == first.split("|")[:2]
    assert 5 == len(first.split("|"))


def test_elsewhere_or_changed_it_does_not_open() -> None:
    """Neither in another place, nor with any part exchanged, nor with another key of the same name."""
    sealed = SECRETS.seal("affiliation|phone|1", "13800000000")
    suite, name, nonce, body, tag = sealed.split("|")
    other = SECRETS.seal("affiliation|phone|1", "13900000000").split("|")

    assert ["seal-broken"] == _broken(SECRETS, "affiliation|phone|2", sealed)
    assert ["seal-broken"] == _broken(OTHERS, "affiliation|phone|1", sealed)
    for parts in ((other[2], body, tag), (nonce, other[3], tag), (nonce, body, other[4]), (nonce, body, "*")):
        assert ["seal-broken"] == _broken(SECRETS, "affiliation|phone|1", "|".join((suite, name, *parts)))


@pytest.mark.parametrize(
    ("sealed", "code"),
    [("", "seal-malformed"), ("13800000000", "seal-malformed"), ("gm1|1|a|b|c", "seal-malformed")],
)
def test_what_is_no_seal_is_told_apart(sealed: str, code: str) -> None:
    """Plain text, or another suite."""

    assert [code] == _broken(SECRETS, "a", sealed)


def test_an_old_key_opens_and_the_new_one_seals() -> None:
    """After a rotation both kinds of value are read; the old installation cannot read the new ones."""
    sealed = ROTATED.seal("a", "x")

    assert "2" == sealed.split("|")[1]
    assert "x" == ROTATED.open("a", SECRETS.seal("a", "x"))
    assert ["key-unknown"] == _broken(SECRETS, "a", sealed)


def test_look_up_hashes_depend_on_key_purpose_and_text() -> None:
    """16 bytes in hex, the same for the same; a rotation of sealing keys does not change them."""
    found = SECRETS.blind("id_hash", "11010519491231002X")

    assert 32 == len(found)
    assert found == ROTATED.blind("id_hash", "11010519491231002X")
    others = {
        SECRETS.blind("login_hash", "11010519491231002X"),
        SECRETS.blind("id_hash", "110105194912310020"),
        OTHERS.blind("id_hash", "11010519491231002X"),
    }

    assert 3 == len(others - {found})


def test_a_commitment_can_be_checked_without_the_keys() -> None:
    """HMAC-SHA-256 keyed with the salt's text: whoever is shown salt and content can do it."""
    expected = hmac.new(b"5a17", "理由".encode(), hashlib.sha256).hexdigest()

    assert expected == SECRETS.commit("5a17", "理由")
    assert expected != SECRETS.commit("5a18", "理由")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["key-missing"]),
        (f"index:{INDEX}", ["key-missing"]),
        (f"seal-1:{OLD}", ["key-missing"]),
        (f"index:{INDEX} seal-1:{OLD} index:{NEW}", ["key-duplicate"]),
        (f"index:{INDEX} seal-1:{OLD} seal-1:{NEW}", ["key-duplicate"]),
        (f"index:{INDEX} seal-1:{OLD[:-4]}", ["key-malformed", "key-missing"]),
        (f"index:{INDEX} seal-1:***", ["key-malformed", "key-missing"]),
        (f"index:{INDEX} seal-|:{OLD}", ["key-malformed", "key-missing"]),
        (f"index:{INDEX} seal-1:{OLD} {NEW}", ["key-malformed"]),
    ],
)
def test_wrong_keys_are_refused_without_showing_them(text: str, codes: list[str]) -> None:
    """Every problem at once, in Chinese; key material never gets into a message."""
    with pytest.raises(DefinitionError) as caught:
        Keys.parse(text)

    assert codes == _codes(caught.value)
    assert not {INDEX, OLD, NEW} & set(str(caught.value).split())
    assert all(re.search("[\u4e00-\u9fff]", problem.message) for problem in caught.value.problems)


def test_keys_read_as_they_are_written_and_do_not_show_themselves() -> None:
    """The text form keeps the order of the sealing keys."""
    keys = Keys.parse(f"index:{INDEX} seal-2:{NEW} seal-1:{OLD}")

    assert keys == Keys.parse(keys.text)
    assert "Keys()" == repr(keys)
    assert 32 == len(keys.pepper)


def test_fresh_keys_differ() -> None:
    """They are random."""

    assert Keys.fresh() != Keys.fresh()


def test_keys_are_made_once_in_a_home(tmp_path: Path) -> None:
    """For the owner alone; the next start finds the same."""
    home = tmp_path / "new" / "home"
    first = Keys.in_home(home)

    assert first == Keys.in_home(home)
    assert 0o600 == stat.S_IMODE((home / "keys").stat().st_mode)
    assert ["keys"] == [path.name for path in home.iterdir()]


def test_of_many_that_start_at_once_all_have_the_same_keys(tmp_path: Path) -> None:
    """The file appears whole, and only once."""
    found: list[Keys] = []
    threads = [Thread(target=lambda: found.append(Keys.in_home(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[0]] * 8 == found


def test_keys_that_others_may_read_are_refused(tmp_path: Path) -> None:
    """Somebody may have read them already."""
    Keys.in_home(tmp_path)
    (tmp_path / "keys").chmod(0o640)
    with pytest.raises(DefinitionError) as caught:
        Keys.in_home(tmp_path)

    assert ["key-exposed"] == _codes(caught.value)

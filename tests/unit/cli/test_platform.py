"""`kaohe platform`: keys are told once, changed over, and ended."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.cli import main

KEYS = Keys.fresh()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database."""
    for name in [name for name in os.environ if name.startswith("KAOHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAOHE_KEYS", KEYS.text)
    url = f"sqlite:///{tmp_path}/some.sqlite3"
    open_application(url, KEYS).store.close()
    return url


def test_a_key_is_told_once(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its secret when it is made, and never again; in the file it is sealed."""
    assert 0 == main(["platform", "add", "examiner", "--database", database])
    told = capsys.readouterr().out
    secret = re.search("密钥：([0-9a-f]{64})", told)
    assert secret is not None
    assert 0 == main(["platform", "list", "--database", database])
    listed = capsys.readouterr().out
    files = [place.read_bytes() for place in tmp_path.glob("some.sqlite3*") if place.is_file()]

    assert "examiner" in listed
    assert secret[1] not in listed
    assert not any(secret[1].encode() in content for content in files)


def test_keys_change_over_and_end(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A rotation gives the present key an end; one can be ended at once; what is not there is told."""
    main(["platform", "add", "examiner", "--database", database])
    assert 0 == main(["platform", "rotate", "examiner", "--overlap-days", "0", "--database", database])
    with closing((application := open_application(database, KEYS)).store):
        first, second = application.platforms.all_keys()
    assert 0 == main(["platform", "end", second.id, "--database", database])
    capsys.readouterr()
    wrong = [
        main(["platform", *words, "--database", database])
        for words in (["rotate", "nobody"], ["end", "nothing"], ["add", "Not A Name"])
    ]

    assert first.ends_at is not None
    assert second.ends_at is None
    assert [2, 2, 2] == wrong

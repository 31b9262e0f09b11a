"""What ``kaohe serve`` says of its settings, and how it begins."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kaohe_service.settings import VARIABLES
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and no settings."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    for name in {*VARIABLES} - {"KAOHE_HOME"}:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever installs a service finds all that can be set, with what each means."""
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    told = capsys.readouterr().out

    assert [] == [name for name in VARIABLES if f"\n  {name} " not in told]


@pytest.mark.parametrize("base", ["", "https://kaohe.example.cn/v"])
def test_an_example_of_an_address_on_certificates_is_warned_of(base: str, home: Path) -> None:
    """What is printed once stays printed: whoever starts without an address of their own is told before."""
    home.mkdir(mode=0o700)
    ended = subprocess.run(
        [sys.executable, "-m", "kaohe_workflow.cli", "serve"],
        env={**os.environ, "KAOHE_VERIFICATION_BASE": base},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (2, not base) == (ended.returncode, "KAOHE_VERIFICATION_BASE 未设置" in ended.stderr)


@pytest.mark.parametrize("given", ["eighty", "65536", "-1", "8_0", "８０"])
def test_a_port_that_is_none_is_told_where_it_was_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, given: str, home: Path
) -> None:
    """The option or the variable, whichever was used; the option wins."""
    monkeypatch.setenv("PORT", given)

    assert 2 == main(["serve"])
    assert "kaohe: PORT: 应为0至65535的整数 [setting-invalid]\n" == capsys.readouterr().err
    assert 2 == main(["serve", f"--port={given}"])
    assert "kaohe: --port: 应为0至65535的整数 [setting-invalid]\n" == capsys.readouterr().err
    assert not home.exists()


@pytest.mark.parametrize("place", ["--port", "PORT"])
def test_a_port_that_is_taken_is_told_where_it_was_given(place: str, home: Path) -> None:
    """Somebody else listens there; what is to be changed is what was typed."""
    home.mkdir(mode=0o700)
    (home / "kaohe.sqlite3").touch()
    Keys.in_home(home)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        options, settings = (["--port", port], {}) if place == "--port" else ([], {"PORT": port})
        # In a process of its own: waitress leaves its files open when it cannot listen.
        ended = subprocess.run(
            [sys.executable, "-m", "kaohe_workflow.cli", "serve", *options],
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
            text=True,
        )

    assert 2 == ended.returncode
    assert f"kaohe: {place}: 无法监听 127.0.0.1:{port}：端口已被占用" in ended.stderr


def test_a_host_that_is_none_is_told(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name server knows it: a line, no traceback."""
    home.mkdir(mode=0o700)
    (home / "kaohe.sqlite3").touch()
    Keys.in_home(home)
    monkeypatch.setenv("HOST", "nohost.invalid")

    assert 2 == main(["serve", "--port", "0"])
    assert "没有这个主机名或地址" in capsys.readouterr().err

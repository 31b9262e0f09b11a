"""The demonstration as people start it: one command that runs a cycle and then serves it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kaohe_workflow.testing.directories import Shape, directory_of
from kaohe_workflow.testing.story_telling import everything_happens


def test_the_command_runs_and_then_serves_with_the_accounts_it_told(tmp_path: Path) -> None:
    """``kaohe demo`` prints its accounts, then serves: the institution's logs in and sees the cycle's progress; a
    signal ends it with 0."""
    folder = directory_of(everything_happens(), 1, Shape()).write(tmp_path / "input")
    database = tmp_path / "home" / "demo-1.sqlite3"
    environment = {**os.environ, "KAOHE_HOME": str(tmp_path / "home"), "PORT": "0"}
    arguments = [sys.executable, "-m", "kaohe_workflow.cli", "demo", "--input", str(folder)]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("服务地址"):
                break
        address = printed[-1].partition("：")[2].strip()
        home = _ask_home(address, *_institution("".join(printed)))
        process.terminate()

    assert 0 == process.returncode
    assert any("curl -s" in line for line in printed)
    assert not any("kaohe serve" in line for line in printed)
    assert any(f"kaohe verify --database sqlite:///{database}" in line for line in printed)
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", address)
    assert "2020—2022年度医师定期考核" == home["current"]["cycle_name"]
    assert 17 == home["current"]["registered"]["all"]


def _institution(printed: str) -> tuple[str, str]:
    """Login and password of the hospital."""
    found = re.search(r"(demo-hospital)\s+(\S+)", printed)
    assert found is not None
    return found[1], found[2]


def _ask_home(address: str, login: str, password: str) -> dict[str, Any]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        credentials = json.dumps({"account": login, "password": password})
        connection.request("POST", "/api/v1/sessions", credentials, {"Content-Type": "application/json"})
        token = json.loads(connection.getresponse().read())["token"]
        connection.request("GET", "/api/v1/home", headers={"Authorization": f"Bearer {token}"})
        home: dict[str, Any] = json.loads(connection.getresponse().read())
        return home
    finally:
        connection.close()

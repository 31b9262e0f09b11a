"""A home for those commands that keep something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kaohe_workflow.cli import databases


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, and no waiting for others."""
    for name in [name for name in os.environ if name.startswith("KAOHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", 0.01)
    return tmp_path / "home"

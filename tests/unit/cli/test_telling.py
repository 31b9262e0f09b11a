"""How far a long command has come, as it is told."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from kaohe_workflow.cli.telling import telling


def test_a_terminal_shows_a_bar_a_stage() -> None:
    """Each stage is a bar that fills; one with nothing to do is left out."""
    screen = StringIO()

    with telling("各阶段：", Console(file=screen, force_terminal=True, width=100)) as teller:
        with teller.stage("医师报名", 3) as stage:
            stage.advance()
            stage.advance(2)
        with teller.stage("建立科室", 0) as stage:
            stage.advance(0)

    assert screen.getvalue().startswith("各阶段：")
    assert "医师报名" in screen.getvalue()
    assert "3/3" in screen.getvalue()
    assert "建立科室" not in screen.getvalue()


def test_elsewhere_a_stage_is_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file gets one line when a stage is over, nothing that moves, and none for nothing."""
    with telling("各阶段：") as teller:
        with teller.stage("医师报名", 3) as stage:
            stage.advance(3)
        with teller.stage("建立科室", 0) as stage:
            stage.advance(0)

    assert "各阶段：\n医师报名：3\n" == capsys.readouterr().err

"""Comparing faces with a program: what it is given, and what of its answers is taken."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.likeness import NoLikeness, ProgramLikeness
from kaohe_workflow.application.likeness import Figure
from kaohe_workflow.errors import LikenessUnavailable


def program(folder: Path, lines: str, seconds: float = 20.0) -> ProgramLikeness:
    """A program of some lines."""
    script = folder / "compare.py"
    script.write_text(f"import sys\nknown, taken = (open(p, 'rb').read() for p in sys.argv[1:])\n{lines}\n")
    return ProgramLikeness(SystemClock(), [sys.executable, str(script)], "test/1", wall_seconds=seconds)


def test_a_program_is_given_both_pictures(tmp_path: Path) -> None:
    """The known face first; its line is the figure, signed with the program's name."""
    likeness = program(tmp_path, "print('39.5' if (known, taken) == (b'a', b'b') else '0')")

    assert Figure(Decimal("39.5"), "test/1") == likeness.compare(b"a", b"b")


@pytest.mark.parametrize(
    ("answer", "figure"), [("0", "0"), ("100", "100"), ("99.99", "99.99"), ("none", None)]
)
def test_a_figure_is_a_percentage_or_none(tmp_path: Path, answer: str, figure: str | None) -> None:
    """0–100 with at most two places, or the word for no face."""
    found = program(tmp_path, f"print({answer!r})").compare(b"a", b"b")

    assert (Decimal(figure) if figure else None) == found.similarity


@pytest.mark.parametrize("answer", ["100.01", "-1", "1.234", "NaN", "", "4 0"])
def test_another_answer_is_none(tmp_path: Path, answer: str) -> None:
    """What is no percentage is not taken for one."""
    with pytest.raises(LikenessUnavailable) as refused:
        program(tmp_path, f"print({answer!r})").compare(b"a", b"b")

    assert "answer-malformed" == refused.value.reason


def test_a_program_that_fails_or_hangs_stops_nobody(tmp_path: Path) -> None:
    """It is ended, and told as unavailable; so is one that is not there, and none at all."""
    likenesses = {
        "program-failed": program(tmp_path, "sys.exit(1)"),
        "program-missing": ProgramLikeness(SystemClock(), [str(tmp_path / "nothing")], "test/1"),
        "not-set-up": NoLikeness(),
    }
    reasons = {}
    for reason, likeness in likenesses.items():
        with pytest.raises(LikenessUnavailable) as refused:
            likeness.compare(b"a", b"b")
        reasons[reason] = refused.value.reason
    with pytest.raises(LikenessUnavailable) as slow:
        program(tmp_path, "import time; time.sleep(30)", 0.2).compare(b"a", b"b")

    assert {reason: reason for reason in likenesses} == reasons
    assert "too-slow" == slow.value.reason


def test_a_program_gets_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of this installation is in its environment, and the pictures are gone afterwards."""
    monkeypatch.setenv("KAOHE_KEYS", "secret")
    left = tmp_path / "places"
    told = f"import os; open({str(left)!r}, 'w').write(' '.join(sys.argv[1:]))"
    lines = f"{told}\nprint(10 if 'KAOHE_KEYS' in os.environ else 20)"
    found = program(tmp_path, lines).compare(b"a", b"b")

    assert Decimal(20) == found.similarity
    assert [False, False] == [Path(place).exists() for place in left.read_text().split()]

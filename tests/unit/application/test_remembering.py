"""Every error of a declined row survives being remembered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.application.remembering import error_of, plain_error
from kaohe_workflow.errors import (
    ConcurrentTransition,
    ConsequenceRefused,
    InputInvalid,
    KaoheError,
    NotFound,
    NotPermitted,
    Problem,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.statechart.deciding import (
    GuardUnmet,
    NoRow,
    ReasonMissing,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
)
from kaohe_workflow.statechart.model import By

REASONS = (
    GuardUnmet(
        "open",
        "在时间内",
        ("manual/2.2.2",),
        (
            Unmet("window", "时间", "open", "over", "进行中", "已结束", "", values=("open",)),
            Unmet("years", "年限", "≥ 5", 4, "≥ 5 年", "4 年", "年", at_least=5),
        ),
        3,
    ),
    NoRow("enrol", "qualified", ("not_enrolled",)),
    ReasonMissing(1),
    RoleMissing((By("institution", "own"),), 2),
    SecondPersonNeeded(4),
    UnknownEvent("sing"),
)
REFUSED = TransitionRefused("assessment", "enrol", "qualified", REASONS)


@pytest.mark.parametrize(
    "error",
    [
        REFUSED,
        ConsequenceRefused("create_account", REFUSED),
        NotPermitted("assessment", "enrol"),
        NotPermitted("assessment", "enrol", own_matter=True),
        NotFound("assessment", "a1"),
        ConcurrentTransition("assessment", "a1", 1, None),
        TooManyTries(datetime(2024, 1, 4, 0, 0, 30, 250000, tzinfo=UTC)),
        InputInvalid([Problem("$.x", "wrong", "不对")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_being_remembered(error: KaoheError) -> None:
    """Who asks again gets the class, the code, the words and every reason, through text."""
    codec = JsonCodec()
    again = error_of(codec, codec.parse(codec.canonical(plain_error(codec, error))))

    assert type(error) is type(again)
    assert (error.code, str(error)) == (again.code, str(again))
    assert getattr(error, "reasons", None) == getattr(again, "reasons", None)

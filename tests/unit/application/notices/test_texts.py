"""What a notice says is made from data, and shows no number of a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.notices.texts import About, filled, written
from kaohe_workflow.application.policies import Occurrence
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.values.terms import PaperKind


def about(reason: str | None = None) -> About:
    """A department that was disabled."""
    case = Case("department", "d1", "disabled", 2, 1, Department("h1", "内科", ("03",)), "0" * 64)
    happened = Occurrence("department", "disable", "enabled", "disabled", case, case, None, reason)
    return About(happened, load_catalogue().charts["department"][1], date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{record.name}{event}：{state}", "内科停用：停用"),
        ("{today}", "2026年3月1日"),
        ("理由：{reason}", "理由：未说明"),
        ("{cycle}{registration}", "未说明另行通知"),
        ("{{}}", "{}"),
    ],
)
def test_places_are_filled_in(text: str, said: str) -> None:
    """With attributes, labels of the chart and the day; what is not there is told as such."""

    assert said == filled(text, about())


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("证件 11010519491231002X 有误", "证件 110105********X 有误"),
        ("证件 110105491231002 有误", "证件 110105******** 有误"),
        ("登记号 12345678901234567890123", "登记号 12345678901234567890123"),
        ("30日内", "30日内"),
    ],
)
def test_a_number_in_a_reason_is_masked(reason: str, said: str) -> None:
    """Fifteen or eighteen places in a row are taken for a person's number, in whatever text they stand."""

    assert said == filled("{reason}", about(reason))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "未说明"),
        (PaperKind.HUMANITIES, "医学人文"),
        (date(2026, 3, 1), "2026年3月1日"),
        (datetime(2026, 2, 28, 16, 5, tzinfo=UTC), "2026年3月1日00:05"),
        (True, "是"),
        (3, "3"),
    ],
)
def test_values_are_written_for_people(value: Any, said: str) -> None:
    """Terms by their labels, instants in China's time."""

    assert said == written(value)

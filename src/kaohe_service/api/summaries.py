"""
考核工作总结 of a cycle or a year, as data and as a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kaohe_service.api.statistics import TALLY_HEADINGS, TOTAL, numbers_of, tally_cells
from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.queries.summaries import Account, Summary

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "not_enrolled": "未确认参加",
        "unfiled": "未报名或未补正",
        "in_review": "审核、复核中",
        "in_papers": "待参加考核或补考",
        "deferred": "延考",
        "missed": "未完成",
        "withdrawn": "已退出",
        "makeup_qualified": "补考合格",
        "makeup_unqualified": "补考不合格",
        "overdue": "逾期未办",
        "returned": "曾被驳回",
        "reviewed_late": "曾逾期审核",
        "papers_absent": "缺考试卷",
        "papers_not_opened": "未开考试卷",
        "papers_void": "作弊试卷",
        "exemptions": "免考",
        "marks": "疑似作弊",
        "cheating": "认定作弊",
        "reviews": "复核申请",
        "reviews_changed": "复核更正",
    }
)
"""What people call the figures of a summary."""

_INDENT = "\u3000"
"""A full-width space a level, so that a printed sheet shows what is below what."""


def show_summary_of_cycle(call: Call) -> Answer:
    """The summary of one cycle."""
    return Answer(data=_plain(_of_cycle(call)))


def show_sheet_of_cycle(call: Call) -> Answer:
    """The summary of one cycle as a workbook."""
    return _sheet(call, _of_cycle(call))


def show_summary_of_year(call: Call) -> Answer:
    """The summary of a year."""
    return Answer(data=_plain(_of_year(call)))


def show_sheet_of_year(call: Call) -> Answer:
    """The summary of a year as a workbook."""
    return _sheet(call, _of_year(call))


def _of_cycle(call: Call) -> Summary:
    return call.application.summaries.of_cycle(call.caller, call.path["id"])


def _of_year(call: Call) -> Summary:
    return call.application.summaries.of_year(call.caller, call.query["year"])


def _plain(summary: Summary) -> dict[str, Any]:
    return {
        "cycles": [{"id": id, "name": name} for id, name in summary.cycles],
        "areas": [
            {"id": area.id, "name": area.name, "depth": area.depth} | _account(area.account)
            for area in summary.areas
        ],
        "total": _account(summary.total),
    }


def _account(account: Account) -> dict[str, Any]:
    return numbers_of(account.tally) | dict(account.figures)


def _sheet(call: Call, summary: Summary) -> Answer:
    rows = [[_INDENT * area.depth + area.name, *_cells(area.account)] for area in summary.areas]
    rows.append([TOTAL, *_cells(summary.total)])
    headings = ["辖区", *TALLY_HEADINGS, *HEADINGS.values()]
    return Answer.workbook(
        call.application.summaries.write_table("考核工作总结", headings, rows), "summary.xlsx"
    )


def _cells(account: Account) -> list[Cell]:
    return [*tally_cells(account.tally), *(float(account.figures[name]) for name in HEADINGS)]

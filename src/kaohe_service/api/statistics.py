"""
How far a cycle is, and its figures by one heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from kaohe_service.api.cursors import Cursors
from kaohe_service.api.home import plain_rate
from kaohe_service.api.words import words_of
from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.queries.statistics import Tally

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "area": "辖区",
        "institution": "医疗卫生机构",
        "department": "科室",
        "procedure": "考核程序",
        "category": "执业类别",
        "level": "医师级别",
    }
)
"""What people call the headings of the figures."""

TALLY_HEADINGS = ("参加人数", "已报名", "已审核", "已完成", "合格", "不合格", "合格率(%)")
"""What people call the figures of a tally, in a sheet."""

TOTAL = "合计"

_UNKNOWN = "未确定"


def show_progress(call: Call) -> Answer:
    """总体进度: each 考核状态 with its number, and the three rates."""
    application, cycle_id = call.application, call.query["cycle_id"]
    progress = application.statistics.progress(call.caller, cycle_id)
    labels = words_of("assessment", "state", application.catalogue) or {}
    tally = progress.tally
    return Answer(
        data={
            "cycle_id": cycle_id,
            "states": [
                {"state": state, "label": labels.get(state, state), "number": number}
                for state, number in progress.states.items()
            ],
            "registered": plain_rate(tally.registered),
            "reviewed": plain_rate(tally.examined),
            "finished": plain_rate(tally.done),
        }
    )


def show_statistics(call: Call) -> Answer:
    """考核统计 by one heading; a page of it where lines are many, with a link to the next one."""
    application, query = call.application, call.query
    cycle_id, by, limit = query["cycle_id"], query["by"], query["limit"]
    cursors = Cursors(application.codec, application.lists.secrets, "statistics", by)
    after = cursors.read(query["cursor"]) if query["cursor"] else None
    figures = application.statistics.figures(call.caller, cycle_id, by, after=after, limit=limit)
    following = cursors.write(figures.next) if figures.next is not None else None
    data = {
        "cycle_id": cycle_id,
        "by": by,
        "by_label": HEADINGS[by],
        "rows": [
            {"id": line.id, "label": line.label or _UNKNOWN, "institution": line.institution}
            | numbers_of(line.tally)
            for line in figures.lines
        ],
        "total": numbers_of(figures.total),
        "next": following,
    }
    if following is None:
        return Answer(data=data)
    kept = {"cycle_id": cycle_id, "by": by, "limit": limit, "cursor": following}
    return Answer(data=data, headers={"Link": f'<{call.target}?{urlencode(kept)}>; rel="next"'})


def show_statistics_sheet(call: Call) -> Answer:
    """考核统计 by one heading as a workbook, its total in the last row."""
    by = call.query["by"]
    figures = call.application.statistics.figures(call.caller, call.query["cycle_id"], by)
    of_department = by == "department"
    rows: list[list[Cell]] = [
        [*([line.institution] if of_department else []), line.label or _UNKNOWN, *tally_cells(line.tally)]
        for line in figures.lines
    ]
    rows.append([*([None] if of_department else []), TOTAL, *tally_cells(figures.total)])
    headings = [*([HEADINGS["institution"]] if of_department else []), HEADINGS[by], *TALLY_HEADINGS]
    return Answer.workbook(
        call.application.summaries.write_table("考核统计", headings, rows), "statistics.xlsx"
    )


def tally_cells(tally: Tally) -> list[Cell]:
    """The cells of a tally below `TALLY_HEADINGS`; the rate is empty for 0 of 0."""
    numbers = (
        tally.taking_part,
        tally.filed,
        tally.reviewed,
        tally.finished,
        tally.qualified,
        tally.unqualified,
        tally.passed.percent,
    )
    return [float(number) if number is not None else None for number in numbers]


def numbers_of(tally: Tally) -> dict[str, Any]:
    """A tally as plain data."""
    return {
        "taking_part": tally.taking_part,
        "filed": tally.filed,
        "reviewed": tally.reviewed,
        "finished": tally.finished,
        "qualified": tally.qualified,
        "unqualified": tally.unqualified,
        "pass_rate": plain_rate(tally.passed),
    }

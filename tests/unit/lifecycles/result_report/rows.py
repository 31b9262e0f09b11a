"""A case for each row of a report of results, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.result_report.case import Results
from kaohe_workflow.lifecycles.result_report.events import Open, Submit, TakeOn
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.reports import REPORT, RESULTS, ResultReportAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

SITTING = china(date(2024, 1, 26), 23, 59, 59)
IN_TIME = china(date(2024, 2, 25), 23, 59, 59)
LATE = china(date(2024, 2, 26), 0)

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")

AROUND = ResultReportAround()
TOLD = Submit(work="考核工作已完成。")
MARKED = attrs.evolve(REPORT, overdue=True)
REPORTED = attrs.evolve(REPORT, results=RESULTS, edition=1)


def case(state, event, target, by, record=REPORT, *, now=IN_TIME, around=AROUND, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="result_report", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "open",
        "awaiting_report",
        SYSTEM,
        None,
        payload=Open("agency", "cycle"),
        refused={"only_report": {"around": ResultReportAround(reported_already=True)}},
    ),
    *(
        case(state, "take_on", state, SYSTEM, payload=TakeOn(("left",)))
        for state in ("awaiting_report", "returned", "submitted", "filed")
    ),
    *(
        case(
            state,
            "submit",
            "submitted",
            OWN,
            payload=TOLD,
            refused={"assessment_ended": {"now": SITTING}},
        )
        for state in ("awaiting_report", "returned")
    ),
    case(
        "filed",
        "submit",
        "submitted",
        OWN,
        REPORTED,
        around=ResultReportAround(results=Results()),
        payload=TOLD,
        reason="复核后结果有变动",
        refused={"results_changed": {"around": AROUND}},
    ),
    case("submitted", "file", "filed", ABOVE, REPORTED),
    case(
        "filed",
        "enter_register",
        "filed",
        ABOVE,
        REPORTED,
        refused={"not_registered": {"record": attrs.evolve(REPORTED, registered_edition=1)}},
    ),
    case("submitted", "return", "returned", ABOVE, REPORTED, reason="名单不全"),
    *(
        case(
            state,
            "flag_overdue",
            state,
            SYSTEM,
            now=LATE,
            refused={"not_overdue": {"record": MARKED}, "report_late": {"now": IN_TIME}},
        )
        for state in ("awaiting_report", "returned")
    ),
    *(
        case(
            state,
            "clear_overdue",
            state,
            SYSTEM,
            MARKED,
            refused={"overdue": {"record": REPORT}, "report_in_time": {"now": LATE}},
        )
        for state in ("awaiting_report", "returned")
    ),
    *(
        case(
            state,
            "lapse",
            "lapsed",
            SYSTEM,
            around=ResultReportAround(application_state="disqualified"),
            refused={"relieved": {"around": AROUND}},
        )
        for state in ("awaiting_report", "returned")
    ),
)

"""
What assessment institutions have reported (考核办法 第十五条).
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call


def show_results(call: Call) -> Answer:
    """
    What a report says: totals, counts by institution, and whoever is not 合格, masked, with the reasons.

    Raises:
        NotFound: no such report, or none that the caller may know of.
    """
    application = call.application
    found = application.reporting.package(call.caller, call.path["id"])
    write = application.codec.unstructure
    return Answer(
        data={
            "edition": found.edition,
            "submitted_at": write(found.submitted_at),
            "late": found.late,
            "overdue": found.overdue,
            "totals": [
                {"outcome": outcome.value, "outcome_label": outcome.label, "number": number}
                for outcome, number in found.totals.items()
            ],
            "institutions": [write(one) | {"outcome_label": one.outcome.label} for one in found.institutions],
            "exceptional": [
                write(one)
                | {
                    "outcome_label": one.outcome.label,
                    "cause_labels": [cause.label for cause in one.causes],
                }
                for one in found.exceptional
            ],
        }
    )

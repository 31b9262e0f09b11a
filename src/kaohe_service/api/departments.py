"""
What the pages of departments ask for beside the cases: the tree of subjects, and who blocks a deletion (手册 2.2.3).
"""

from __future__ import annotations

from typing import Any

from kaohe_service.calls import Answer, Call
from kaohe_service.reasons import ReasonWriter
from kaohe_workflow.application.queries.blockers import Blocking
from kaohe_workflow.values.public_health import PUBLIC_HEALTH, shown_link
from kaohe_workflow.values.subjects import ALIASES, SUBJECTS, parent_of, shown_subject

LINKED = "subjects"
"""The column of a list that says which subjects a department is linked to: 关联诊疗科目 (手册 2.2.3)."""


def linked_subjects(codes: str | None) -> list[dict[str, str]]:
    """The column's codes, each with the name that tells it from others of the same name."""
    return [{"code": code, "full_name": shown_link(code)} for code in (codes or "").split()]


def show_subjects(_: Call) -> Answer:
    """The list of diagnosis subjects, parents before their children, and the one of disease control centres."""
    return Answer(
        data={
            "items": [
                {
                    "code": code,
                    "name": name,
                    "parent": parent_of(code),
                    "full_name": shown_subject(code),
                    "aliases": list(ALIASES.get(code, ())),
                }
                for code, name in SUBJECTS.items()
            ],
            "public_health": [{"code": code, "name": name} for code, name in PUBLIC_HEALTH.items()],
        }
    )


def show_blockers(call: Call) -> Answer:
    """Who and what keeps the department from being deleted."""
    found = call.application.blockers.show(call.caller, call.path["id"], limit=call.query["limit"])
    return Answer(
        data={
            "physicians": _shown(call, "affiliation", found.physicians),
            "drafts": _shown(call, "assessment", found.drafts),
            "filings": _shown(call, "assessment", found.filings),
        }
    )


def _shown(call: Call, lifecycle: str, blocking: Blocking) -> dict[str, Any]:
    application = call.application
    writer = ReasonWriter.of(application.catalogue, lifecycle)
    items = [
        application.codec.unstructure(one) | {"state_label": writer.state_label(one.state)}
        for one in blocking.items
    ]
    return {"total": blocking.total, "items": items}

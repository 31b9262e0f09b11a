"""
What a physician's registration lacks, field by field, before it is submitted.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call
from kaohe_workflow.lifecycles.assessment.completeness import COUNTS


def show_completeness(call: Call) -> Answer:
    """What is blank or wrong, where in the form and in the payload, and which counts the department asks for."""
    found = call.application.completeness.show(call.caller, call.path["id"])
    return Answer(
        data={
            "complete": found.complete,
            "problems": [
                {
                    "path": problem.path,
                    "pointer": _pointer(problem.path),
                    "part": problem.part.value,
                    "part_label": problem.part.label,
                    "code": problem.code,
                    "message": problem.message,
                    "required": problem.required,
                }
                for problem in found.problems
            ],
            "counts": [{"name": name, "label": label} for name, label in COUNTS if name in found.counts],
        }
    )


def _pointer(path: str) -> str:
    """Where a field is in the body that saves or submits it, as a JSON pointer."""
    return "/payload/filing/" + path.replace("[", "/").replace("]", "").replace(".", "/")

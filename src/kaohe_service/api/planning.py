"""
What a cycle is short of, and the one that follows from it.
"""

from __future__ import annotations

from typing import Any

from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.queries.choices import PapersOf


def list_warnings(call: Call) -> Answer:
    """
    What is short in the windows of a cycle.

    Raises:
        NotFound: no such cycle in the caller's scope.
    """
    application = call.application
    warnings = application.planning.warnings(call.caller, call.path["id"])
    return Answer(data={"items": [application.codec.unstructure(one) for one in warnings]})


def list_proposed_lines(call: Call) -> Answer:
    """
    The pass lines that are still to be published, each as the payload that publishes it.

    Raises:
        NotFound: no such cycle in the caller's scope.
        NotPermitted: the caller publishes none.
    """
    application = call.application
    lines = application.planning.proposed_lines(call.caller, call.path["id"])
    return Answer(data={"items": [application.codec.unstructure(one) for one in lines]})


def show_following(call: Call) -> Answer:
    """
    The payload that creates the next cycle.

    Raises:
        NotFound: no such cycle in the caller's scope.
    """
    application = call.application
    following = application.planning.following(call.caller, call.path["id"])
    return Answer(data=application.codec.unstructure(following))


def show_opening(call: Call) -> Answer:
    """
    How far the cases of a published cycle are opened.

    Raises:
        NotFound: no such cycle, or none that the caller may know of.
    """
    application = call.application
    opening = application.openings.of_cycle(call.caller, call.path["id"])
    shown: dict[str, Any] = application.codec.unstructure(opening)
    return Answer(data={**shown, "standing_label": opening.standing.label})


def show_choices(call: Call) -> Answer:
    """
    The grounds that the province has, and how its papers are sat.

    Raises:
        NotFound: no such cycle, or none that the caller may know of.
    """
    application = call.application
    choices = application.choices.of_cycle(call.caller, call.path["id"])
    shown: dict[str, Any] = application.codec.unstructure(choices)
    papers = [application.codec.unstructure(one) | _labels(one) for one in choices.papers]
    level = choices.good_record_minimum_level.label
    return Answer(data={**shown, "papers": papers, "good_record_minimum_level_label": level})


def _labels(of: PapersOf) -> dict[str, Any]:
    """What stands beside the codes of a row of papers, for people."""
    labels: dict[str, Any] = {
        f"{name}_label": one.label if (one := getattr(of, name)) is not None else None
        for name in ("procedure", "stage", "level", "category", "spared")
    }
    return {**labels, "paper_labels": [kind.label for kind in of.papers]}

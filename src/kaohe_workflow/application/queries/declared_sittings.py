"""
The lists of papers, and of what is suspected of them (手册 2.2.9).
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_workflow.application.around.publication import TOLD_TO_PERSON
from kaohe_workflow.application.queries.acting import AGENCY_NAME
from kaohe_workflow.application.queries.declaration import List
from kaohe_workflow.application.queries.declared_parts import OF_ASSESSMENT, PERSON_ROW, ROW
from kaohe_workflow.application.queries.filters import (
    FORCE_MAJEURE,
    MARK_STATES,
    PAPER_PROGRESS,
    PAPER_RESULTS,
    PHOTOS,
    equal,
    words,
)

SITTINGS: Mapping[str, List] = {
    "papers": List(
        "paper",
        (
            *OF_ASSESSMENT,
            equal("state", "状态"),
            words("progress", "测评状态", PAPER_PROGRESS),
            words("result", "测评结果", PAPER_RESULTS),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
            words("mark_state", "查看状态", MARK_STATES, field="mark_state"),
            words("force_majeure", "不可抗力", FORCE_MAJEURE, field="force_majeure"),
            *PHOTOS,
        ),
        (
            *ROW,
            AGENCY_NAME,
            *PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "procedure",
            "kind",
            "stage",
            "score",
            "usable_photos",
            "similarity_minimum",
            "similarity_mean",
            "low_similarity",
            "photos_sparse",
            "force_majeure",
            "mark_id",
            "mark_state",
        ),
        # Photos are for those who watch a sitting (手册 2.2.9), and who is suspected is told in the hearing, as a mark.
        not_for_person=frozenset(
            {
                "usable_photos",
                "similarity_minimum",
                "similarity_mean",
                "low_similarity",
                "photos_sparse",
                "mark_id",
                "mark_state",
            }
        ),
    ),
    "marks": List(
        "mark",
        (
            *OF_ASSESSMENT,
            equal("evaluation_id", "测评"),
            equal("state", "状态"),
            equal("procedure", "考核程序"),
            equal("stage", "考核阶段"),
            equal("kind", "试卷名称"),
            equal("manner", "疑似情形"),
        ),
        (
            *ROW,
            AGENCY_NAME,
            *PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "evaluation_id",
            "procedure",
            "kind",
            "stage",
            "manner",
        ),
        person_if=TOLD_TO_PERSON,
    ),
}
"""The lists, by the name that the API and the pages use."""

"""
Sheets: physicians of an institution, scores of a stage.

A report names rows by their number in the sheet and never repeats what stands in the cells: whoever reads it has
the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import attrs

from kaohe_service.calls import Answer, Call
from kaohe_service.problems import shown
from kaohe_workflow.application.intake.imported import Imported
from kaohe_workflow.application.intake.problems import BadRow, RefusedRow
from kaohe_workflow.application.intake.scores import NO_OPEN_PAPER
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.errors import InputInvalid, KaoheError, Problem


def import_roster(call: Call) -> Answer:
    """
    Preview or import a physician list (批量导入医师).

    Raises:
        NotFound: no such institution, or none that the caller may know of.
        NotPermitted: the caller sees it, and brings nobody to it.
        InputInvalid: no institution is named, and the caller has none of its own.
        TooManyTries: too many workbooks are being read.
    """
    intake, query = call.application.intake, call.query
    institution_id = _institution_of(call)
    if query["mode"] == "preview":
        if query["annotated"]:
            return Answer.workbook(
                intake.annotated_roster(call.caller, institution_id, call.body), "annotated.xlsx"
            )
        preview = intake.preview_roster(call.caller, institution_id, call.body)
        return _report(
            call, "preview", [row.row for row in preview.good], preview.bad, warnings=preview.warnings
        )
    imported = intake.import_roster(
        call.caller,
        institution_id,
        call.body,
        mode=query["mode"],
        create_departments=query["create_departments"],
        idempotency_key=call.headers["Idempotency-Key"],
    )
    return _imported(call, imported)


def _institution_of(call: Call) -> str:
    """
    The institution that the list is for: the one that is named, or the caller's own.

    Raises:
        InputInvalid: none is named, and the caller has none of its own: an administration has physicians only below it.
    """
    caller = call.caller
    own = None if caller.administers else caller.organisation_id
    institution_id: str | None = call.query["institution_id"] or own
    if institution_id is None:
        message = "请用 institution_id 指明医疗卫生机构"
        raise InputInvalid([Problem("query:institution_id", "parameter-missing", message)])
    return institution_id


def show_roster_template(call: Call) -> Answer:
    """The empty physician list that institutions fill in; changes nothing."""
    return Answer.workbook(call.application.intake.roster_template(), "roster.xlsx")


def import_scores(call: Call) -> Answer:
    """
    Preview or import a score file.

    Raises:
        NotPermitted: the caller is a physician or an auditor; the file is not read.
        InputInvalid: no such cycle is running.
    """
    try:
        return _scores(call)
    except InputInvalid as ex:
        # Only the service knows that this argument comes as a parameter.
        raise InputInvalid(
            [
                attrs.evolve(problem, path="query:cycle_id") if problem.path == "cycle_id" else problem
                for problem in ex.problems
            ]
        ) from ex


def _scores(call: Call) -> Answer:
    intake, mode, cycle_id = call.application.intake, call.query["mode"], call.query["cycle_id"]
    if mode == "preview":
        if call.query["annotated"]:
            return Answer.workbook(
                intake.annotated_scores(call.caller, call.body, partial(_explained, call), cycle_id=cycle_id),
                "annotated.xlsx",
            )
        preview = intake.preview_scores(call.caller, call.body, cycle_id=cycle_id)
        return _report(
            call,
            "preview",
            [row.row for row in preview.good],
            preview.bad,
            preview.refused,
            preview.unknown,
            warnings=preview.warnings,
        )
    imported = intake.import_scores(
        call.caller,
        call.body,
        cycle_id=cycle_id,
        mode=mode,
        idempotency_key=call.headers["Idempotency-Key"],
    )
    return _imported(call, imported)


def _imported(call: Call, imported: Imported) -> Answer:
    """The report of an import, or the workbook with the rows explained that did not go in."""
    call.service.wake()
    if call.query["annotated"]:
        return Answer.workbook(
            call.application.intake.annotated_import(imported, partial(_explained, call)), "annotated.xlsx"
        )
    return _report(
        call,
        call.query["mode"],
        imported.done,
        imported.bad,
        imported.refused,
        imported.unknown,
        imported.warnings,
    )


def _explained(call: Call, error: KaoheError) -> str:
    application = call.application
    return str(shown(error, application.catalogue, application.clock.now()).members["detail"])


def _report(
    call: Call,
    mode: str,
    good: Iterable[int],
    bad: Iterable[BadRow],
    refused: Iterable[RefusedRow] = (),
    unknown: Iterable[int] = (),
    warnings: Iterable[RowNote] = (),
) -> Answer:
    """One report for all: ``good`` are the rows that went in, or would; the other lists say why not."""
    application = call.application
    now = application.clock.now()
    return Answer(
        data={
            "mode": mode,
            "good": list(good),
            "bad": [_bad(row) for row in bad],
            "refused": [
                {"row": row.row, "problem": dict(shown(row.error, application.catalogue, now).members)}
                for row in refused
            ],
            "unknown": [{"row": row, "message": NO_OPEN_PAPER} for row in unknown],
            "warnings": [application.codec.unstructure(note) for note in warnings],
        }
    )


def _bad(row: BadRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "problems": [
            {"column": problem.column, "code": problem.code, "message": problem.message}
            for problem in row.problems
        ],
    }

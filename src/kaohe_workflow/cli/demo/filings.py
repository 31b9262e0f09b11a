"""
What the physicians of the demonstration write: from a line of the script to filings, made-up texts included.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.cli.demo.script import ScriptLine
from kaohe_workflow.lifecycles.assessment.filing import (
    EthicsSelfEvaluation,
    Filing,
    GoodRecord,
    WorkSelfEvaluation,
)
from kaohe_workflow.values.terms import Ground, Procedure, Verdict

PROVINCIAL_GROUND = "other"
"""A code for the ground of the province's own list."""


def attempts(line: ScriptLine, person: RosterRow, departments: Mapping[str, str]) -> tuple[Filing, ...]:
    """
    What the physician files, in order, until one is accepted.

    First 简易 on the ground of the line, where that is to be refused; then what the line asks for. A department or
    level that the roster leaves blank is filled in from the line; what the roster has stands.

    Args:
        departments: ids by name.
    """
    chosen = _filing(line, line.procedure, person, departments)
    if not line.simplified_refused_first:
        return (chosen,)
    return (_filing(line, Procedure.SIMPLIFIED, person, departments), chosen)


def _filing(
    line: ScriptLine, procedure: Procedure | None, person: RosterRow, departments: Mapping[str, str]
) -> Filing:
    filing = Filing(
        department_id=departments.get(person.department or line.department or ""),
        level=person.level or line.level,
        category=person.category,
        procedure=procedure,
        good_records=_good_records(line),
        bad_record=False,
        work=WorkSelfEvaluation(
            quantity=Verdict.QUALIFIED,
            quality=Verdict.QUALIFIED,
            outpatients=2000,
            note="完成本周期诊疗工作，无医疗事故。",
        ),
        ethics=EthicsSelfEvaluation(verdict=Verdict.QUALIFIED, note="恪守职业道德，无投诉。"),
    )
    if procedure is not Procedure.SIMPLIFIED:
        return filing
    return attrs.evolve(
        filing,
        ground=line.ground,
        provincial_ground=PROVINCIAL_GROUND if line.ground is Ground.PROVINCIAL else None,
        statement="本周期内遵守法律法规和诊疗规范，完成各项工作，现申请适用简易程序。",
    )


def _good_records(line: ScriptLine) -> tuple[GoodRecord, ...]:
    if line.good_record_on is None or line.good_record_level is None:
        return ()
    record = GoodRecord(level=line.good_record_level, issuer="授予单位", given_on=line.good_record_on)
    return (record,)

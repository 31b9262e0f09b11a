"""
What the physician files, and whether it may be filed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.facts.seen import Around, Seen
from kaohe_workflow.lifecycles.assessment.procedure import (
    contradictions,
    filing_stands,
    has_good_record,
    missing_fields,
    was_penalised,
    years_in_practice,
)
from kaohe_workflow.lifecycles.listing import ListFacts
from kaohe_workflow.lifecycles.shape import Aside
from kaohe_workflow.values.telling import listed
from kaohe_workflow.values.terms import Ground, Level
from kaohe_workflow.values.windows import day_label


class FilingFacts(Seen, ListFacts[Assessment, Around]):
    """The filing and the 考核程序 that it chooses (考核办法 第二十一条)."""

    @property
    def name_known(self) -> bool:
        """The roster has a name; it is blank where a telephone number stands in its place (手册 2.2.9)."""
        person = self._around.person
        return person is not None and bool(person.name)

    @property
    def filing_complete(self) -> bool:
        """No required field is blank; `procedure.missing_fields` says which are."""
        return not missing_fields(self._filing, self._around.person)

    @property
    def as_registered(self) -> bool:
        """Level and category are written as the roster has them; see `procedure.contradictions` (手册 2.2.2)."""
        return not contradictions(self._written, self._around.person)

    @property
    def draft_purge_at(self) -> datetime | None:
        """When a draft that nobody can go on with is purged: `draft_purge_days` later (design)."""
        left_at = self._record.draft_left_at if self._record is not None else None
        return None if left_at is None else left_at + timedelta(days=self._parameters.draft_purge_days)

    @property
    def draft_stale(self) -> bool:
        """A draft has lain so long (design)."""
        purge_at = self.draft_purge_at
        return purge_at is not None and self._now >= purge_at

    @property
    def department_enabled(self) -> bool:
        """The department of the filing is one of this institution and enabled (手册 2.2.3)."""
        department = self._filing.department_id
        return department is not None and self._around.department_enabled(department)

    @property
    def procedure(self) -> str:
        """The 考核程序 that the filing names."""
        procedure = self._filing.procedure
        return procedure.value if procedure is not None else "none"

    @property
    def ground(self) -> str:
        """The ground for 简易程序 that the filing names (考核办法 第二十一条)."""
        return self._filing.ground.value

    @property
    def years_in_practice(self) -> int:
        """Full years of practice at the cycle's last day; see `procedure.years_in_practice`."""
        return years_in_practice(
            self._around.person, self._filing.level, self._around.cycle, self._parameters
        )

    @property
    def filing_stands(self) -> bool:
        """
        What was filed is still right as roster, penalties and cheating are now; see `procedure.filing_stands` (考核办法
        第二十一条).
        """
        filing = self._record.filing if self._record is not None else None
        around = self._around
        return filing is not None and filing_stands(
            filing,
            around.person,
            around.cycle,
            self._parameters,
            cheating_confirmed=around.cheating_confirmed,
        )

    @property
    def good_record(self) -> bool:
        """The filing lists a 良好行为记录 of a sufficient level, dated in the cycle (考核办法 第十九条)."""
        return has_good_record(self._filing, self._around.cycle, self._parameters)

    @property
    def bad_record(self) -> str:
        """
        不良行为记录 in the cycle (考核办法 第十九条): ``present`` where the administration has recorded a penalty in
        it (考核办法 第十七条), or the province has found cheating in its papers (design), whatever is declared; else
        as the filing declares, ``unknown`` while it says nothing.
        """
        if was_penalised(self._around.person, self._around.cycle) or self._around.cheating_confirmed:
            return "present"
        declared = self._filing.bad_record
        if declared is None:
            return "unknown"
        return "present" if declared else "none"

    @property
    def provincial_ground(self) -> bool:
        """The filing names a code of the province's list (考核办法 第二十一条, 其他情形)."""
        code = self._filing.provincial_ground
        return code is not None and any(code == ground.code for ground in self._parameters.simplified_grounds)

    def _told_name(self) -> str:
        return "医师列表中尚无姓名，请所在机构先补全"

    def _told_missing(self) -> str:
        labels = [label for _, label in missing_fields(self._filing, self._around.person)]
        return f"尚未填写：{listed(labels)}" if labels else ""

    def _told_registered(self) -> str:
        told = [
            f"{label}登记为{registered.label}，所填为{filed.label}"
            for _, label, filed, registered in contradictions(self._written, self._around.person)
        ]
        return f"{listed(told)}；登记有误的，请提出医师信息修改申请" if told else ""

    def _told_department(self) -> str:
        if self._filing.department_id is None:
            return "尚未选择科室"
        return "所选科室已停用或不属于本机构，请另选科室"

    def _told_years(self) -> str | Aside:
        person = self._around.person
        if person is None or person.licensed_on is None:
            return Aside("医师执业证书取得时间未登记，请所在机构补全", known=False)
        if self._around.cycle is None:
            return Aside("没有此考核周期", known=False)
        if self._filing.level is Level.ASSISTANT and not self._parameters.count_assistant_years:
            return "本省不计执业助理医师的执业年限"
        return f"自{day_label(person.licensed_on)}起算"

    def _told_ground(self) -> str:
        """What the ground that was chosen asks for (考核办法 第二十一条)."""
        parameters = self._parameters
        match self._filing.ground:
            case Ground.TWELVE_YEARS:
                return f"所选理由须执业满{parameters.simplified_years_long}年，且考核周期内无不良行为记录"
            case Ground.FIVE_YEARS:
                return (
                    f"所选理由须执业满{parameters.simplified_years_with_record}年，且考核周期内有良好行为记录"
                )
            case Ground.PROVINCIAL:
                labels = [ground.label for ground in parameters.simplified_grounds]
                return f"本省规定的其他情形为：{listed(labels)}" if labels else "本省没有规定其他情形"
        return "简易程序须选择申请理由"

    def _told_good_record(self) -> str:
        if self._filing.ground is not Ground.FIVE_YEARS:
            return ""
        level = self._parameters.good_record_minimum_level.label
        return f"须填写考核周期内取得的{level}以上的良好行为记录"

    def _told_bad_record(self) -> str:
        if was_penalised(self._around.person, self._around.cycle):
            return "考核周期内有卫生健康行政部门登记的行政处罚"
        return "考核周期内有认定的作弊" if self._around.cheating_confirmed else ""

    _ASIDES: ClassVar = {
        "name_known": _told_name,
        "filing_complete": _told_missing,
        "as_registered": _told_registered,
        "department_enabled": _told_department,
        "ground": _told_ground,
        "years_in_practice": _told_years,
        "good_record": _told_good_record,
        "bad_record": _told_bad_record,
    }

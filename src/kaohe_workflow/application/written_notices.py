"""
书面通知: the result of an assessment as a document, for the physician and the institution (考核办法 第十五条).
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.concerned import Concerned
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.entrusting import agencies_of
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.printing import Letter, Printer
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import RequestRefused
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.values.terms import Stage

TITLE = "医师定期考核结果通知书"
OBJECTION = (
    "如对考核结果有异议，可以自收到考核结果之日起30日内，向考核机构申请复核。"
    "考核机构自收到复核申请之日起30日内复核，并将复核意见书面通知申请人。"
)
"""考核办法 第二十四条."""

CONSEQUENCE = (
    "考核不合格的，由卫生健康行政部门责令暂停执业活动三个月至六个月，并接受相关专业培训；期满后再次进行考核。"
)
"""医师法 第四十二条."""


class ResultUndecided(RequestRefused):
    """The assessment has no result: there is nothing to notify of."""

    code = "result-undecided"

    def __init__(self, assessment_id: str) -> None:
        super().__init__(f"assessment {assessment_id!r} has no result")


@attrs.frozen
class WrittenNotices:
    """The written notice of a result, over a store and a printer."""

    store: Store
    catalogue: Catalogue
    cases: Cases
    printer: Printer

    def of_result(self, principal: Principal, assessment_id: str) -> bytes:
        """
        The notice of the present result, as a PDF file; reads only.

        It is for whoever sees the case: the physician, the institution, the assessment institution, and those above.
        The day of receipt is that of the notice in the inbox, not that of this file. Whoever has assessed signs, also
        where another is assigned by now.

        Raises:
            NotFound: no such assessment in the caller's scope.
            ResultUndecided: there is no result, or none any more.
            Unprintable: a name has a character that no font covers.
        """
        case = self.cases.get(principal, "assessment", assessment_id)
        if case.state not in DECIDED:
            raise ResultUndecided(assessment_id)
        with self.store.begin(write=False) as unit:
            letter = self._letter(unit, case)
        return self.printer.letter(letter)

    def _letter(self, unit: UnitOfWork, case: Case) -> Letter:
        record: Assessment = case.record
        about = Concerned.by(unit, record)
        person, home = about.person, about.home
        agency_id = record.assessed_by or agencies_of(unit, [(home, record.cycle_id)])[0]
        agency = unit.read("institution", [agency_id])[agency_id].record.name if agency_id else home.name
        failed = case.state == "unqualified"
        return Letter(
            title=TITLE,
            addressee=f"{person.called}医师、{home.name}",
            rows=(
                *about.rows,
                ("考核程序", record.procedure.label if record.procedure else ""),
                *self._found(unit, case),
                ("考核结果", self._state(case)),
            ),
            paragraphs=(
                f"根据《医师定期考核管理办法》，现将{person.called}医师的考核结果书面通知如上。",
                *((CONSEQUENCE,) if failed else ()),
                OBJECTION,
            ),
            signed=f"考核机构：{agency}",
            day=record.decided_on or about.cycle.last_day,
        )

    def _found(self, unit: UnitOfWork, case: Case) -> list[tuple[str, str]]:
        """工作成绩, 职业道德, each paper of the deciding stage, and what makes a result 不合格 by itself."""
        record: Assessment = case.record
        opinions = record.opinions
        rows = [
            ("工作成绩", opinions.work.label if opinions and opinions.work else ""),
            ("职业道德", opinions.ethics.label if opinions and opinions.ethics else ""),
        ]
        stage = record.stage or Stage.FIRST
        papers = unit.find("evaluation", [Where("assessment_id", "eq", case.id)])
        rows += [
            (paper.record.kind.label, self._state(paper))
            for paper in sorted(papers, key=lambda paper: (paper.record.kind, paper.id))
            if paper.record.stage is stage and paper.state != "cancelled"
        ]
        rows += [
            ("直接认定", f"第二十七条第{finding.ground.item}项：{finding.ground.label}")
            for finding in record.findings
            if finding.standing is FindingStanding.CONFIRMED
        ]
        if record.revocation is not None:
            rows.append(("撤销结果", "以贿赂或者欺骗手段取得考核结果（第三十一条）"))
        return rows

    def _state(self, case: Case) -> str:
        chart = self.catalogue.charts[case.lifecycle][case.chart_version]
        return chart.by_name[case.state].label

"""
书面答复: the answer to an application for review as a document, for the physician (考核办法 第二十四条).
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.concerned import Concerned
from kaohe_workflow.application.entrusting import agencies_of
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.printing import Letter, Printer
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import RequestRefused
from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.lifecycles.result_review.case import Correction, ResultReview

TITLE = "医师定期考核结果复核答复书"
ANSWERS = ("uphold", "change")
"""Events that answer an application; a late one is refused by what it was applied with."""

UNKNOWN = "复核机关"
"""Who signs where the account that has answered is not on record."""

REFUSED = "自收到考核结果之日起超过30日申请复核的，不予受理。"
UPHELD = "经复核，维持原考核结果。"
CHANGED = "经复核，原考核结果所依据的下列事项有误，予以更正；更正后的考核结果另行书面通知。"
BASIS = "根据《医师定期考核管理办法》第二十四条，现将复核意见书面答复如上。"


class NotAnswered(RequestRefused):
    """The application has no answer: it is still being decided, or came to its end without one."""

    code = "review-not-answered"

    def __init__(self, review_id: str) -> None:
        super().__init__(f"application {review_id!r} has no answer")


@attrs.frozen
class WrittenAnswers:
    """The written answer to an application for review, over a store and a printer."""

    store: Store
    catalogue: Catalogue
    cases: Cases
    printer: Printer

    def to_review(self, principal: Principal, review_id: str) -> bytes:
        """
        The answer to an application, as a PDF file; reads only.

        It is for whoever sees the application. Whoever has answered signs: the assessment institution, or the
        administration where the answer was overdue. One that the physician has taken back, or whose result has changed
        meanwhile, has no answer.

        Raises:
            NotFound: no such application in the caller's scope.
            NotAnswered: there is no answer.
            Unprintable: a text has a character that no font covers.
        """
        case = self.cases.get(principal, "result_review", review_id)
        if case.state != "rejected" and case.record.answered_on is None:
            raise NotAnswered(review_id)
        history = self.cases.history(principal, "result_review", case.id)
        answerers = [entry.actor or UNKNOWN for entry in history if entry.event in ANSWERS]
        with self.store.begin(write=False) as unit:
            signed = answerers[-1] if answerers else _agency_of(unit, case)
            letter = self._letter(unit, case, signed)
        return self.printer.letter(letter)

    def _letter(self, unit: UnitOfWork, case: Case, signed: str) -> Letter:
        record: ResultReview = case.record
        about = Concerned.by(unit, record)
        state = self.catalogue.charts[case.lifecycle][case.chart_version].by_name[case.state].label
        return Letter(
            title=TITLE,
            addressee=f"{about.person.called}医师",
            rows=(
                *about.rows,
                ("收到考核结果的日期", _day(record.received_on)),
                ("收到复核申请的日期", _day(record.applied_on)),
                ("申请理由", record.grounds),
                ("复核结论", state),
                *_corrected(record.correction),
            ),
            paragraphs=(_conclusion(case.state), *((record.answer,) if record.answer else ()), BASIS),
            signed=signed,
            day=record.answered_on or record.applied_on,
        )


def _agency_of(unit: UnitOfWork, case: Case) -> str:
    """
    Who tells of a late application, which nobody has decided upon: who came to the result, to which it went (考核办法
    第二十四条), also where another is assigned by now.
    """
    home: Institution = unit.read("institution", [case.institution_id])[case.institution_id].record
    agency_id = case.record.assessed_by or agencies_of(unit, [(home, case.record.cycle_id)])[0]
    if agency_id is None:
        return home.name
    agency: Institution = unit.read("institution", [agency_id])[agency_id].record
    return agency.name


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _conclusion(state: str) -> str:
    return {"rejected": REFUSED, "changed": CHANGED}.get(state, UPHELD)


def _corrected(correction: Correction | None) -> list[tuple[str, str]]:
    """What the review sets right, each in a row."""
    if correction is None:
        return []
    return [
        *((opinion.label, "更正为合格") for opinion in correction.opinions),
        *(("直接认定", f"第{number}号认定不成立") for number in correction.findings),
        *((one.kind.label, f"{one.stage.label}成绩更正为{one.score}") for one in correction.scores),
    ]

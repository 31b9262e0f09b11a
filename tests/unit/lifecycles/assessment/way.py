"""The way of an assessment, event by event; its tests stand beside."""

from __future__ import annotations

from datetime import date

from kaohe_workflow.lifecycles.assessment.events import (
    ConfirmMakeup,
    Enrol,
    GiveOpinion,
    Open,
    Submit,
)
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.testing.assessments import (
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.testing.trials import Sending, Trial
from kaohe_workflow.values.terms import PaperKind, Stage, Verdict

REGISTRATION = china(date(2023, 12, 1))
EVALUATION = china(date(2024, 1, 5))
RESULTS = china(date(2024, 1, 15))
CONFIRMATION = china(date(2024, 1, 17))
MAKEUP_RESULTS = china(date(2024, 1, 29))
BY = {
    "physician": ("physician", "self"),
    "institution": ("institution", "own"),
    "agency": ("agency", "assigned"),
    "administration": ("administration", "subtree"),
    "province": ("province", "subtree"),
    "system": ("system", "any"),
}
GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
BAD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason="收受红包")


def step(event, by, *, now=REGISTRATION, around=None, **more):
    """An event on the way."""
    return Sending(event=event, by=BY[by], now=now, around=around or AssessmentAround(), **more)


def walk(trial, *steps):
    """The case after these events, each of which must fire."""
    for sending in steps:
        trial = trial.send(sending)
    return trial


def papers(*states, stage=Stage.FIRST):
    """Around a case whose papers are in these states."""
    kinds = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    return AssessmentAround(
        papers=tuple(PaperView(kind, stage, state) for kind, state in zip(kinds, states, strict=False))
    )


OPENED = Trial(lifecycle="assessment").send(
    step("open", "system", payload=Open("hospital", "cycle", "doctor"))
)
ENROLLED = OPENED.send(step("enrol", "institution", payload=Enrol()))
SUBMITTED = ENROLLED.send(step("submit", "physician", payload=Submit(filing())))
REVIEWED = SUBMITTED.send(step("submit_opinion", "institution", payload=GOOD))
SITTING = REVIEWED.send(step("pass", "agency"))
QUALIFIED = SITTING.send(step("settle", "system", now=RESULTS, around=papers("passed", "passed")))
FAILED = SITTING.send(step("settle", "system", now=RESULTS, around=papers("passed", "failed")))
MAKEUP = FAILED.send(step("confirm_makeup", "province", now=CONFIRMATION, payload=ConfirmMakeup()))

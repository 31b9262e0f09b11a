"""What the guards of an application for deferral look at, at its bounds; and what it keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import NoneType

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.deferral.events import PAYLOADS, Apply
from kaohe_workflow.lifecycles.deferral.facts import DeferralFacts
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload
from kaohe_workflow.testing.assessments import DEFERRABLE, WINDOWS, DeferralAround, china
from kaohe_workflow.testing.trials import Sending, Trial, shipped_chart
from kaohe_workflow.values.parameter_kinds import DeferralOffice
from kaohe_workflow.values.terms import ReturnCode
from tests.unit.lifecycles.deferral.rows import (
    AGENCY,
    APPLICATION,
    INSTITUTION,
    OFFERED,
    OPEN,
    PHYSICIAN,
    RECORD,
    decided,
)

pytestmark = pytest.mark.manual("M: deferral: apply, withdraw; review; file")


def facts(record=RECORD, payload=None, around=None, *, now=OPEN, **parameters):
    """The facts of an application."""
    moment = Moment(now, attrs.evolve(OFFERED, **parameters))
    return DeferralFacts(record, payload or NoPayload(), around or DeferralAround(), moment)


@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2024, 1, 2), 23, 59, 59), "before"),
        (china(date(2024, 1, 3), 0), "open"),
        (china(date(2024, 1, 12), 23, 59, 59, 999_999), "open"),
        (china(date(2024, 1, 13), 0), "over"),
    ],
)
def test_until_the_evaluation_ends(now, position):
    """Who applies, and who files it, does so before the papers' time is over."""

    assert position == facts(now=now).evaluation_window


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("not_enrolled", False),
        ("awaiting_registration", True),
        ("registration_returned", True),
        ("awaiting_institution_review", True),
        ("returned_by_agency", True),
        ("awaiting_agency_review", True),
        ("awaiting_assessment", True),
        ("awaiting_makeup_approval", False),
        ("awaiting_makeup", False),
        ("deferred", False),
        ("qualified", False),
    ],
)
def test_from_the_enrolment_to_the_papers(state, allowed):
    """Who takes part may ask, until the first stage has ended for him."""
    around = DeferralAround(assessment=attrs.evolve(DEFERRABLE, state=state))

    assert allowed == facts(around=around).stage_ok


@pytest.mark.parametrize(
    ("papers", "far"),
    [
        ((), "untouched"),
        (("not_sat", "not_sat"), "untouched"),
        (("exempt_pass", "not_sat"), "untouched"),
        (("absence_pending", "not_opened"), "untouched"),
        (("cancelled", "cancelled"), "untouched"),
        (("sitting", "not_sat"), "started"),
        (("handed_in", "not_sat"), "finished"),
        (("sitting", "failed"), "finished"),
        (("absent", "not_sat"), "finished"),
    ],
)
def test_how_far_the_papers_are(papers, far):
    """One that is begun keeps it from being filed, one that is finished from being asked for."""

    assert far == facts(around=DeferralAround(papers=papers)).papers


def test_grounds_and_office_are_the_provinces():
    """A ground outside the list, no evidence, another office, no deferral at all."""
    other = attrs.evolve(APPLICATION, ground="travel")

    assert facts(payload=APPLICATION).ground_listed
    assert not facts(payload=other).ground_listed
    assert not facts(payload=attrs.evolve(APPLICATION, attachments=())).evidence_given
    assert "agency" == facts().office
    assert "province" == facts(deferral_office=DeferralOffice.PROVINCE).office
    assert not facts(deferral=False).offered


@pytest.mark.parametrize("minutes", [0, 10])
def test_a_decision_is_recalled_until_its_last_minute_is_over(minutes):
    """The last instant of `recall_minutes` is early enough, the next one is late."""
    record, last = decided("awaiting_institution"), OPEN + timedelta(minutes=minutes)

    assert facts(record, now=last, recall_minutes=minutes).recall_open
    assert not facts(record, now=last + timedelta(microseconds=1), recall_minutes=minutes).recall_open


def test_only_ones_own_unopened_decision_is_recalled():
    """Not what somebody else decided, what the next actor has opened, or what no review brought about."""
    record = decided("awaiting_institution")

    assert not facts(record, around=DeferralAround(sender=Decider("other"))).recall_open
    assert not facts(attrs.evolve(record, opened=True)).recall_open
    assert not facts().recall_open
    assert ("none", "awaiting_institution") == (facts().decided_in, facts(record).decided_in)


@pytest.mark.parametrize("around", [DeferralAround(), DeferralAround(assessment=None, papers=())])
@pytest.mark.parametrize("record", [None, RECORD])
@pytest.mark.parametrize("payload", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, payload):
    """Facts are total: for every case and event a value that the chart allows."""
    found = facts(record, {"apply": APPLICATION}.get(payload), around)
    allowed = {bool: "boolean", str: "enum", datetime: "instant", NoneType: "instant"}

    for fact in shipped_chart("deferral").facts:
        assert fact.type == allowed[type(getattr(found, fact.name))]


def test_what_an_application_keeps():
    """Ground and files; a return's code until it is asked for again."""
    trial = Trial(lifecycle="deferral", state="none", record=None, parameters=OFFERED)
    sent = {"now": OPEN, "around": DeferralAround()}
    made = trial.send(Sending(event="apply", by=PHYSICIAN, payload=APPLICATION, **sent))
    refused = made.send(
        Sending(
            event="return",
            by=INSTITUTION,
            payload=Return(ReturnCode.PROOF_MISSING),
            reason="缺少证明",
            **sent,
        )
    )
    again = refused.send(
        Sending(event="apply", by=PHYSICIAN, payload=attrs.evolve(APPLICATION, attachments=("b",)), **sent)
    )
    passed = again.send(Sending(event="pass", by=INSTITUTION, **sent))
    opened = passed.send(Sending(event="claim", by=AGENCY, **sent))

    assert RECORD == made.record
    assert ReturnCode.PROOF_MISSING is refused.record.return_code
    assert (None, ("b",)) == (again.record.return_code, again.record.attachments)
    assert (False, True) == (passed.record.opened, opened.record.opened)


def test_texts_that_no_store_holds():
    """Every problem at once."""
    with pytest.raises(InputInvalid) as caught:
        Apply(ground="\x00", attachments=("a", "\x00"))

    assert ["$.ground", "$.attachments[1]"] == [problem.path for problem in caught.value.problems]
    assert WINDOWS.evaluation.closes_at == facts().evaluation_closes_at

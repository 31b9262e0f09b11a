"""行政处罚 of a physician: what is entered, what it must prove, and where it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician, EnterPenalty
from kaohe_workflow.lifecycles.affiliation.facts import AffiliationFacts
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.testing.organisations import DOCTOR, NOW, AffiliationAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial


def facts(payload, now=NOW):
    """The facts of a physician's case."""
    return AffiliationFacts(DOCTOR, payload, AffiliationAround(), Moment(now, DEFAULTS))


def after(event, payload, record, by):
    """The record after an event."""
    sending = Sending(event=event, by=by, now=NOW, around=AffiliationAround(), payload=payload)
    return Trial(lifecycle="affiliation", state="attached", record=record).send(sending).record


def penalty(**changes):
    """A penalty that is entered."""
    given = {
        "decided_on": date(2022, 12, 31),
        "authority": "县卫生健康局",
        "kind": PenaltyKind.FINE,
        "text": "罚款一万元",
        "evidence": ("decision",),
    }
    return EnterPenalty(**(given | changes))


@pytest.mark.manual("M: enter penalties")
@pytest.mark.parametrize(
    ("event", "by", "kept", "untouched"),
    [
        ("report_penalty", ("institution", "own"), "reported_penalties", "recorded_penalties"),
        ("report_penalty", ("agency", "assigned"), "reported_penalties", "recorded_penalties"),
        ("record_penalty", ("administration", "subtree"), "recorded_penalties", "reported_penalties"),
    ],
)
def test_penalties_are_kept_apart(event, by, kept, untouched):
    """What is reported and what is recorded are two lists; the same penalty entered twice is one."""
    first, second = penalty(), penalty(decided_on=date(2020, 1, 1), kind=PenaltyKind.WARNING)
    record = DOCTOR
    for payload in (first, second, first):
        record = after(event, payload, record, by)

    assert (first.penalty, second.penalty) == getattr(record, kept)
    assert () == getattr(record, untouched)


@pytest.mark.parametrize(("evidence", "proven"), [((), False), (("decision",), True)])
def test_penalty_needs_evidence(evidence, proven):
    """A penalty is proven by a file; no other event proves one."""

    assert proven is facts(penalty(evidence=evidence)).evidence_given
    assert not facts(EditPhysician()).evidence_given


@pytest.mark.parametrize(
    ("now", "past"),
    [
        (datetime(2023, 12, 1, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2023, 12, 1, 16, 0, tzinfo=UTC), True),
    ],
)
def test_penalty_is_not_in_the_future(now, past):
    """A decision counts from the first instant of its day in China."""

    assert past is facts(penalty(decided_on=date(2023, 12, 2)), now=now).dates_past


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"authority": " "}, ["text-empty"]),
        ({"authority": "", "text": ""}, ["text-empty", "text-empty"]),
        ({"authority": "x" * 201}, ["text-too-long"]),
        ({"text": "x" * 20_001}, ["text-too-long"]),
        ({"evidence": ("a", "b\0")}, ["text-control"]),
    ],
)
def test_penalty_is_checked(changes, codes):
    """Who decided and what must be said, in texts that every store holds; every problem is told at once."""
    with pytest.raises(InputInvalid) as refused:
        penalty(**changes)

    assert codes == [problem.code for problem in refused.value.problems]

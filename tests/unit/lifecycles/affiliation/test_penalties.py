"""行政处罚 of a physician: what is entered, what it must prove, and where it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind, Withdrawal
from kaohe_workflow.lifecycles.affiliation.events import Absorb, EditPhysician, EnterPenalty, WithdrawPenalty
from kaohe_workflow.lifecycles.affiliation.facts import AffiliationFacts
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.testing.organisations import DOCTOR, NOW, AffiliationAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial


def facts(payload, now=NOW):
    """The facts of a physician's case."""
    return AffiliationFacts(DOCTOR, payload, AffiliationAround(), Moment(now, DEFAULTS))


def after(event, payload, record, by, *, reason=None, **around):
    """The record after an event."""
    sending = Sending(
        event=event, by=by, now=NOW, around=AffiliationAround(**around), payload=payload, reason=reason
    )
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

    expected = (first.penalty(1, "hospital", NOW), second.penalty(2, "hospital", NOW))

    assert expected == getattr(record, kept)
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


COUNTY = ("administration", "subtree")


def withdrawn(record, number, **around):
    """The record after the county has withdrawn a penalty."""
    payload = WithdrawPenalty(number)
    return after("withdraw_penalty", payload, record, COUNTY, reason="张冠李戴", **around)


def recorded(record, *payloads):
    """The record with what the county has recorded."""
    for payload in payloads:
        record = after("record_penalty", payload, record, COUNTY, sender_organisation="county")
    return record


def test_a_withdrawn_penalty_stays_to_be_seen():
    """Who, when and why stand beside it; the others stay as they are."""
    record = recorded(DOCTOR, penalty(), penalty(kind=PenaltyKind.WARNING))
    first, second = withdrawn(record, 1, sender_organisation="county").recorded_penalties

    assert Withdrawal(by="county", at=NOW, reason="张冠李戴") == first.withdrawal
    assert (False, True) == (first.stands, second.stands)


def test_a_number_is_given_once():
    """Entered again after it was withdrawn, a penalty is another one; reported and recorded share the numbers."""
    record = withdrawn(recorded(DOCTOR, penalty()), 1, sender_organisation="county")
    record = after("report_penalty", penalty(), record, ("institution", "own"))
    record = recorded(record, penalty())

    assert [1, 2, 3] == [one.number for one in record.penalties]
    assert [False, True] == [one.stands for one in record.recorded_penalties]


@pytest.mark.parametrize(
    ("number", "sender", "below", "standing", "ours"),
    [
        (1, "county", (), True, True),
        (1, "city", ("county",), True, True),
        (1, "hospital", (), True, False),
        (1, None, (), True, False),
        (0, "county", (), False, False),
        (2, "county", (), False, False),
        (-1, "county", (), False, False),
    ],
)
def test_whose_penalty_it_is(number, sender, below, standing, ours):
    """Who has entered it, and whoever is above that, withdraws it; a number that is not given is nobody's."""
    around = AffiliationAround(sender_organisation=sender, below_sender=below)
    asked = AffiliationFacts(
        recorded(DOCTOR, penalty()), WithdrawPenalty(number), around, Moment(NOW, DEFAULTS)
    )

    assert (standing, ours) == (asked.penalty_standing, asked.penalty_ours)


def test_a_penalty_is_withdrawn_once():
    """What is withdrawn already does not stand."""
    record = withdrawn(recorded(DOCTOR, penalty()), 1, sender_organisation="county")
    around = AffiliationAround(sender_organisation="county")

    assert not AffiliationFacts(record, WithdrawPenalty(1), around, Moment(NOW, DEFAULTS)).penalty_standing


def test_what_was_withdrawn_is_not_taken_over():
    """Of a merged record only what stands comes over, under the next number of the record that is kept."""
    merged = recorded(DOCTOR, penalty(), penalty(kind=PenaltyKind.WARNING))
    merged = withdrawn(merged, 1, sender_organisation="county")
    kept = recorded(DOCTOR, penalty(kind=PenaltyKind.BAN))
    payload = Absorb(merged_id="merged", recorded_penalties=merged.recorded_penalties)
    record = after("absorb", payload, kept, ("system", "any"))

    assert [(1, PenaltyKind.BAN), (2, PenaltyKind.WARNING)] == [
        (one.number, one.kind) for one in record.penalties
    ]
    assert ["county", "county"] == [one.entered_by for one in record.penalties]

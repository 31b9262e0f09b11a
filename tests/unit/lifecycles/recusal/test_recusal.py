"""What a recusal (回避) looks at, at its bounds, and what it keeps."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.recusal.facts import RecusalFacts
from kaohe_workflow.lifecycles.reviewing import Conflict, conflict_of
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload
from kaohe_workflow.testing.recusals import RECUSAL, TO_COME, RecusalAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from tests.unit.lifecycles.recusal.rows import AGENCY, ASKED, NOW, PHYSICIAN

LI, WANG = Decider("account-of-li", "li"), Decider("account-of-wang", "wang")
SHARED = Decider("account-of-agency")


def facts(record=RECUSAL, around=None):
    """The facts of a recusal."""
    return RecusalFacts(record, NoPayload(), around or RecusalAround(), Moment(NOW, DEFAULTS))


@pytest.mark.parametrize(
    ("sender", "held_off", "conflict"),
    [
        (WANG, (), Conflict.NONE),
        (SHARED, (), Conflict.NONE),
        (None, (), Conflict.NONE),
        (WANG, (LI,), Conflict.NONE),
        (LI, (WANG, LI), Conflict.RECUSED),
        (Decider("another-account-of-li", "li"), (LI,), Conflict.RECUSED),
        (SHARED, (LI,), Conflict.UNKNOWN),
        (None, (LI,), Conflict.UNKNOWN),
    ],
)
def test_persons_are_told_apart_by_named_accounts(sender, held_off, conflict):
    """考核办法 第十六条: whoever is held off acts under no account; a shared one may be anybody."""

    assert conflict == conflict_of(sender, held_off)


@pytest.mark.parametrize("state", [leaf for leaf in shipped_chart("assessment").leaves if leaf != "none"])
def test_an_assessor_is_challenged_before_the_assessment(state):
    """Until the result, as long as no paper is sat: also of who was deferred, or sits in the make-up alone."""
    before = {
        "not_enrolled",
        "awaiting_registration",
        "registration_returned",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_agency_review",
        "awaiting_assessment",
        "deferred",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    }
    around = RecusalAround(assessment=attrs.evolve(TO_COME, state=state))
    started = RecusalAround(assessment=attrs.evolve(TO_COME, state=state, started=True))

    assert (state in before) == facts(around=around).before_assessment
    assert not facts(around=started).before_assessment
    assert not facts(around=RecusalAround(assessment=None)).before_assessment


@pytest.mark.parametrize(("sender", "concerned"), [(WANG, False), (LI, True), (SHARED, True), (None, True)])
def test_nobody_decides_on_the_own_recusal(sender, concerned):
    """Nor may a shared account, which the member may be using."""

    assert concerned == facts(around=RecusalAround(sender=sender)).decider_concerned


@pytest.mark.parametrize(("sender", "concerned"), [(WANG, False), (LI, False), (SHARED, True), (None, True)])
def test_a_member_without_an_account_may_be_behind_a_shared_one(sender, concerned):
    """Whoever is named is surely somebody else; a shared account may be used by anybody of the house."""
    record = attrs.evolve(RECUSAL, account_id=None, operator_id=None)

    assert concerned == facts(record, RecusalAround(sender=sender)).decider_concerned


@pytest.mark.parametrize(("event", "by", "asked"), [("request", PHYSICIAN, True), ("declare", AGENCY, False)])
def test_a_recusal_keeps_the_person_of_the_roster(event, by, asked):
    """Whoever stands there under the name when it is made, and who brought it up."""
    made = Trial(lifecycle="recusal", state="none", record=None).send(
        Sending(event=event, by=by, now=NOW, around=RecusalAround(), payload=ASKED, reason="有利害关系")
    )

    assert attrs.evolve(RECUSAL, by_physician=asked) == made.record


def test_a_name_is_a_text():
    """What no store holds is no name."""
    with pytest.raises(InputInvalid):
        HoldOff(member="李\x00")

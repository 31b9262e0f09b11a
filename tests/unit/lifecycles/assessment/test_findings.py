"""直接认定不合格 (考核办法 第二十七条): what may be reported, by whom it is decided, and what it does."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.facts import AssessmentFacts
from kaohe_workflow.lifecycles.assessment.findings import DirectGround, Finding, FindingStanding, in_cycle
from kaohe_workflow.lifecycles.shape import Decider, Moment
from kaohe_workflow.testing.assessments import FIRST_DAY, LAST_DAY, PERSON, PLAIN, AssessmentAround, china
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial

NOW = china(date(2024, 1, 5))
TODAY = date(2024, 1, 5)
DAY = timedelta(days=1)
REPORT = ReportFinding(
    ground=DirectGround.MALPRACTICE,
    found_on=date(2021, 7, 1),
    text="医疗事故鉴定为完全责任",
    evidence=("proof",),
)
REPORTED = Trial(lifecycle="assessment", state="awaiting_agency_review", record=PLAIN).send(
    Sending(
        event="report_finding",
        by=("institution", "own"),
        around=AssessmentAround(),
        now=NOW,
        payload=REPORT,
        operator_id="reporter",
    )
)


def by_another(sender: Decider | None) -> bool:
    """Whether the sender is another person than the reporter."""
    around = AssessmentAround(sender=sender)
    return AssessmentFacts(
        REPORTED.record, DecideFinding(1), around, Moment(NOW, DEFAULTS)
    ).finding_by_another


def test_fourteen_items():
    """The article has fourteen items, each a ground of its own."""

    assert list(range(1, 15)) == [ground.item for ground in DirectGround]


@pytest.mark.parametrize(
    ("found_on", "inside", "absence"),
    [
        (date(2019, 12, 31), False, False),
        (date(2020, 1, 1), True, True),
        (date(2022, 12, 31), True, True),
        (date(2023, 1, 1), False, True),
        (date(2024, 1, 5), False, True),
        (date(2024, 1, 6), False, False),
    ],
)
def test_it_happened_in_the_cycle(found_on, inside, absence):
    """Both end days count; not taking part is found when the assessment is held, after the cycle, never tomorrow."""

    assert inside == in_cycle(DirectGround.MALPRACTICE, found_on, FIRST_DAY, LAST_DAY, TODAY)
    assert absence == in_cycle(DirectGround.TOOK_NO_PART, found_on, FIRST_DAY, LAST_DAY, TODAY)


PENALISED = Finding(
    number=1,
    ground=DirectGround.PENALISED,
    found_on=FIRST_DAY,
    text="受到行政处罚",
    evidence=("proof",),
    reported_at=NOW,
    standing=FindingStanding.CONFIRMED,
)


@pytest.mark.manual("R-27", "R-17.1")
@pytest.mark.parametrize(
    ("ground", "cleared", "standing", "unfounded"),
    [
        (DirectGround.PENALISED, (FIRST_DAY,), (), True),
        (DirectGround.PENALISED, (LAST_DAY,), (), True),
        (DirectGround.PENALISED, (FIRST_DAY - DAY, LAST_DAY + DAY), (), False),
        (DirectGround.PENALISED, (), (), False),
        (DirectGround.PENALISED, (FIRST_DAY,), (LAST_DAY,), False),
        (DirectGround.PENALISED, (FIRST_DAY,), (LAST_DAY + DAY,), True),
        (DirectGround.MALPRACTICE, (FIRST_DAY,), (), False),
    ],
)
def test_a_finding_rests_on_no_penalty_any_more(ground, cleared, standing, unfounded):
    """Of the cycle, both end days included, one was withdrawn and none stands; no other ground falls with it."""
    record = attrs.evolve(PLAIN, findings=(attrs.evolve(PENALISED, ground=ground),))
    person = attrs.evolve(PERSON, cleared_on=cleared, penalised_on=standing)
    facts = AssessmentFacts(record, DecideFinding(1), AssessmentAround(person=person), Moment(NOW, DEFAULTS))

    assert unfounded == facts.finding_unfounded


def test_what_is_reported_is_kept_and_waits():
    """Item, day, text and proof are kept; the case goes on, and who reported is known to the rules alone."""
    expected = Finding(
        number=1,
        ground=DirectGround.MALPRACTICE,
        found_on=date(2021, 7, 1),
        text="医疗事故鉴定为完全责任",
        evidence=("proof",),
        reported_at=NOW,
    )

    assert "awaiting_agency_review" == REPORTED.state
    assert (expected,) == REPORTED.record.findings
    assert "pending" == REPORTED.record.finding


@pytest.mark.parametrize(
    ("sender", "another"),
    [
        (Decider("account", "reporter"), False),
        (Decider("account", "somebody"), True),
        (Decider("other", "reporter"), False),
        (Decider("other", "somebody"), True),
        (Decider("account"), False),
        (Decider("other"), True),
        (None, False),
    ],
)
def test_another_person_decides(sender, another):
    """Two named persons that differ, or two accounts; an unnamed one under the same account may be the same."""

    assert another == by_another(sender)


def test_a_confirmed_finding_is_a_verdict():
    """The result is 不合格, a new version, decided today; the standing is told by the record."""
    confirmed = REPORTED.send(
        Sending(
            event="confirm_finding",
            by=("agency", "assigned"),
            around=AssessmentAround(sender=Decider("other", "agent")),
            now=NOW,
            payload=DecideFinding(1),
        )
    )

    assert "unqualified" == confirmed.state
    assert (1, TODAY, "confirmed") == (
        confirmed.record.result_version,
        confirmed.record.decided_on,
        confirmed.record.finding,
    )


@pytest.mark.parametrize(
    ("standings", "told"),
    [
        ((), None),
        (("dismissed",), None),
        (("dismissed", "pending"), "pending"),
        (("pending", "confirmed"), "confirmed"),
    ],
)
def test_what_a_list_tells(standings, told):
    """One confirmed finding outweighs what is undecided; dismissed ones are not told."""
    (finding,) = REPORTED.record.findings
    found = tuple(attrs.evolve(finding, standing=FindingStanding(standing)) for standing in standings)

    assert told == attrs.evolve(PLAIN, findings=found).finding


def test_texts_that_say_nothing():
    """A finding without words, or with a file whose id no store holds, is an error of the input."""
    with pytest.raises(InputInvalid) as caught:
        attrs.evolve(REPORT, text=" ", evidence=("a\x00",))

    assert ["$.text", "$.evidence[0]"] == [problem.path for problem in caught.value.problems]

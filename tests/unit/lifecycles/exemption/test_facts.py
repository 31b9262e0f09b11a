"""What the guards of an application for exemption look at, at its bounds; and what it keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import NoneType

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.exemption.case import Exemption
from kaohe_workflow.lifecycles.exemption.events import PAYLOADS, Apply
from kaohe_workflow.lifecycles.exemption.facts import ExemptionFacts
from kaohe_workflow.lifecycles.reviewing import Decision
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import PASSED_FILE, SPAN, WINDOWS, ExemptionAround, china
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.terms import PaperKind, Procedure, Stage
from kaohe_workflow.values.windows import Window

OPEN = china(date(2024, 1, 5))
PHYSICIAN = ("physician", "self")

APPLICATION = Apply(
    assessment_id="assessment",
    ground="title_promotion",
    certificate_on=date(2021, 6, 15),
    attachments=("file",),
    none_excluded=True,
)
RECORD = Exemption(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    kind=PaperKind.PROFESSIONAL,
    ground="residency_training",
    certificate_on=date(2020, 1, 1),
    attachments=("old",),
)
SIMPLIFIED = attrs.evolve(PASSED_FILE, procedure=Procedure.SIMPLIFIED)
OWN_WINDOWS = attrs.evolve(
    WINDOWS,
    exemption=Window.of_days(date(2024, 1, 3), date(2024, 1, 5)),
    exemption_review=Window.of_days(date(2024, 1, 4), date(2024, 1, 8)),
)


def facts(record=RECORD, payload=None, around=None, *, now=OPEN, **parameters):
    """The facts of an application."""
    moment = Moment(now, attrs.evolve(DEFAULTS, **parameters))
    return ExemptionFacts(record, payload or NoPayload(), around or ExemptionAround(), moment)


def with_assessment(**changes):
    """Around an application whose assessment differs from the usual one."""
    return ExemptionAround(assessment=attrs.evolve(PASSED_FILE, **changes))


@pytest.mark.parametrize(
    ("now", "position"),
    [
        (china(date(2023, 11, 26), 23, 59, 59), "before"),
        (china(date(2023, 11, 27), 0), "open"),
        (china(date(2024, 1, 12), 23, 59, 59, 999_999), "open"),
        (china(date(2024, 1, 13), 0), "over"),
    ],
)
def test_by_default_until_the_evaluation_ends(now, position):
    """Application and review end with 计划测评考核时间 where the province sets nothing else."""

    assert (position, position) == (facts(now=now).apply_window, facts(now=now).review_window)


@pytest.mark.parametrize(
    ("now", "apply", "review"),
    [
        (china(date(2024, 1, 2), 23, 59), "before", "before"),
        (china(date(2024, 1, 3), 0), "open", "before"),
        (china(date(2024, 1, 5), 23, 59), "open", "open"),
        (china(date(2024, 1, 6), 0), "over", "open"),
        (china(date(2024, 1, 8), 23, 59), "over", "open"),
        (china(date(2024, 1, 9), 0), "over", "over"),
    ],
)
def test_windows_of_the_province(now, apply, review):
    """A province may set both windows, and they are kept apart."""
    around = ExemptionAround(cycle=attrs.evolve(SPAN, windows=OWN_WINDOWS))
    found = facts(around=around, now=now)

    assert (apply, review) == (found.apply_window, found.review_window)
    assert OWN_WINDOWS.exemption_review.closes_at == found.review_closes_at


@pytest.mark.manual("S-72")
@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("not_enrolled", False),
        ("awaiting_registration", False),
        ("awaiting_agency_review", False),
        ("awaiting_assessment", True),
        ("awaiting_makeup_approval", False),
        ("awaiting_makeup", False),
        ("qualified", False),
    ],
)
def test_after_the_filing_was_passed(state, allowed):
    """In 待参加考核 only: not with the registration, and not once the papers are done (手册 2.2.8)."""

    assert allowed == facts(around=with_assessment(state=state)).stage_ok


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("awaiting_registration", False),
        ("registration_returned", True),
        ("awaiting_institution_review", True),
        ("returned_by_agency", True),
        ("awaiting_agency_review", True),
        ("awaiting_assessment", True),
        ("awaiting_makeup_approval", False),
        ("qualified", False),
    ],
)
def test_with_the_registration_where_the_province_says_so(state, allowed):
    """From the submission on, until the papers of the first stage are done."""
    around = with_assessment(state=state)

    assert allowed == facts(around=around, exemption_with_registration=True).stage_ok


DECIDED = attrs.evolve(
    RECORD,
    decision=Decision(
        decided_by=Decider("account", "operator"), decided_at=OPEN, decided_in="awaiting_institution"
    ),
)
SAME = ExemptionAround(sender=Decider("account", "operator"))


@pytest.mark.parametrize("minutes", [0, 10])
def test_a_decision_is_recalled_until_its_last_minute_is_over(minutes):
    """The last instant of `recall_minutes` is early enough, the next one is late."""
    last = OPEN + timedelta(minutes=minutes)

    assert facts(DECIDED, around=SAME, now=last, recall_minutes=minutes).recall_open
    assert not facts(
        DECIDED, around=SAME, now=last + timedelta(microseconds=1), recall_minutes=minutes
    ).recall_open


def test_only_ones_own_unopened_decision_is_recalled():
    """Not what somebody else decided, what the next actor has opened, or what no review brought about."""
    other = ExemptionAround(sender=Decider("account", "colleague"))

    assert not facts(DECIDED, around=other).recall_open
    assert not facts(attrs.evolve(DECIDED, opened=True), around=SAME).recall_open
    assert not facts(RECORD, around=SAME).recall_open
    assert not facts(None, around=SAME).recall_open


def test_never_in_the_make_up_or_without_a_procedure():
    """There is no exemption in the make-up, and none before a procedure is chosen."""

    assert not facts(around=with_assessment(stage=Stage.MAKEUP)).stage_ok
    assert not facts(around=with_assessment(procedure=None)).stage_ok


@pytest.mark.parametrize(
    ("certificate_on", "inside"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_the_certificate_is_dated_in_the_cycle(certificate_on, inside):
    """Both end days of the cycle are inside (考核办法 第二十三条)."""
    payload = attrs.evolve(APPLICATION, certificate_on=certificate_on)

    assert inside == facts(payload=payload).date_in_cycle


@pytest.mark.parametrize(
    ("ground", "listed"), [("residency_training", True), ("title_promotion", True), ("sixty_years", False)]
)
def test_the_ground_is_in_the_list(ground, listed):
    """Only the grounds of the province's list count (考核办法 第二十三条)."""

    assert listed == facts(payload=attrs.evolve(APPLICATION, ground=ground)).ground_listed


@pytest.mark.parametrize(
    ("state", "untouched"),
    [
        (None, True),
        ("not_sat", True),
        ("sitting", False),
        ("handed_in", False),
        ("passed", False),
        ("absence_pending", False),
    ],
)
def test_who_has_started_the_paper_has_chosen(state, untouched):
    """The waived paper must be untouched; the other one does not matter."""
    other = {PaperKind.HUMANITIES: "passed"}
    around = ExemptionAround(papers=other | ({PaperKind.PROFESSIONAL: state} if state else {}))

    assert untouched == facts(around=around).paper_untouched
    assert untouched == facts(None, APPLICATION, around).paper_untouched


@pytest.mark.manual("S-74")
@pytest.mark.parametrize(
    ("assessment", "kind"),
    [(PASSED_FILE, PaperKind.PROFESSIONAL), (SIMPLIFIED, PaperKind.HUMANITIES)],
)
def test_the_procedure_says_what_is_waived(assessment, kind):
    """一般 waives 业务水平专业知识, 简易 医学人文 (手册 2.2.8)."""
    sending = Sending(
        event="apply",
        by=PHYSICIAN,
        now=OPEN,
        around=ExemptionAround(assessment=assessment),
        payload=APPLICATION,
    )
    made = Trial(lifecycle="exemption").send(sending)
    again = Trial(lifecycle="exemption", state="withdrawn", record=RECORD).send(sending)

    expected = attrs.evolve(
        RECORD,
        kind=kind,
        ground="title_promotion",
        certificate_on=date(2021, 6, 15),
        attachments=("file",),
        disclaimed=("执业助理医师取得执业医师资格",),
    )

    assert expected == made.record
    assert expected == again.record


def test_an_application_left_with_the_agency_when_the_window_closes():
    """Passed by the institution only, it cannot be granted after the window: the paper counts as not sat."""
    after = china(date(2024, 1, 13), 0)
    pending = Trial(lifecycle="exemption", state="awaiting_agency", record=RECORD)
    sending = Sending(event="pass", by=("agency", "assigned"), now=after, around=ExemptionAround())
    expired = pending.send(attrs.evolve(sending, event="expire", by=("system", "any")))

    assert isinstance(pending.decide(sending), Refused)
    assert "expired" == expired.state


def test_texts_that_no_store_holds():
    """A control character in a ground or a file's id is an error of the input."""
    with pytest.raises(InputInvalid) as caught:
        Apply(ground="a\x00", certificate_on=date(2021, 1, 1), attachments=("b\x01",))

    assert ["$.ground", "$.attachments[0]"] == [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize(
    "around", [ExemptionAround(), ExemptionAround(assessment=None, cycle=None)], ids=["there", "not there"]
)
@pytest.mark.parametrize("record", [None, RECORD])
@pytest.mark.parametrize("event", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, event):
    """Facts are total: for every case and event a value that the chart allows."""
    found = facts(record, APPLICATION if event == "apply" else None, around)

    for fact in shipped_chart("exemption").facts:
        value = getattr(found, fact.name)
        kinds = {"boolean": (bool,), "enum": (str,), "instant": (datetime, NoneType)}

        assert type(value) in kinds[fact.type]
        assert fact.type != "enum" or value in fact.values

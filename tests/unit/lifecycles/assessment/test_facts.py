"""Facts of an assessment that the rows' cases do not already prove at their bounds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import NoneType

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.case import OtherOpinion, Review
from kaohe_workflow.lifecycles.assessment.events import (
    PAYLOADS,
    ConfirmMakeup,
    Enrol,
    GiveOpinion,
    Open,
    Submit,
)
from kaohe_workflow.lifecycles.assessment.facts import AssessmentFacts
from kaohe_workflow.lifecycles.assessment.filing import OtherSite
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload
from kaohe_workflow.testing.assessments import CYCLE, PERSON, PLAIN, AssessmentAround, china, filing, opinions
from kaohe_workflow.testing.trials import DEFAULTS, shipped_chart
from kaohe_workflow.values.parameter_kinds import MakeupDelegate, MakeupMeaning
from kaohe_workflow.values.terms import OrganisationKind, Verdict

NOW = china(date(2023, 12, 1))
DAY = timedelta(days=1)


def facts(record=PLAIN, payload=None, around=None, *, now=NOW, **parameters):
    """The facts of a case, by default of one that is in nothing yet."""
    moment = Moment(now, attrs.evolve(DEFAULTS, **parameters))
    return AssessmentFacts(record, payload or NoPayload(), around or AssessmentAround(), moment)


def with_person(**changes):
    """Around a case whose physician differs from the usual one."""
    return AssessmentAround(person=attrs.evolve(PERSON, **changes))


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ("draft", "preparing"),
        ("published", "running"),
        ("running", "running"),
        ("first_ended", "running"),
        ("makeup", "running"),
        ("archived", "archived"),
        ("discarded", "discarded"),
    ],
)
def test_a_cycle_runs_from_publication_to_archive(state, value):
    """A cycle runs while it is published and neither archived nor discarded."""
    around = AssessmentAround(cycle=attrs.evolve(CYCLE, state=state))

    assert value == facts(around=around).cycle


@pytest.mark.parametrize(
    ("registered_on", "eligible"),
    [(date(2020, 12, 31), True), (date(2021, 1, 1), False), (None, False)],
)
def test_eligible_by_first_registration(registered_on, eligible):
    """Registered on the province's last day is early enough; an unknown day obliges nobody."""
    around = with_person(first_registered_on=registered_on)

    assert eligible == facts(around=around, eligible_if_registered_by=date(2020, 12, 31)).eligible


def test_everybody_is_eligible_where_no_day_is_named():
    """Without a last day of registration everybody must take part (考核办法 第三条)."""

    assert facts(around=with_person(first_registered_on=None)).eligible


@pytest.mark.parametrize(
    ("marked", "allowed", "voluntary"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_voluntary_needs_mark_and_permission(marked, allowed, voluntary):
    """Who need not take part may, where the province allows it."""

    assert voluntary == facts(payload=Enrol(marked), voluntary_allowed=allowed).voluntary


@pytest.mark.parametrize(
    ("around", "attached"),
    [
        (AssessmentAround(), True),
        (with_person(attached=False), False),
        (with_person(institution_id="clinic"), False),
        (AssessmentAround(person=None), False),
    ],
)
def test_attached_here_and_nowhere_else(around, attached):
    """The case belongs to the institution that the physician is attached to (考核办法 第十三条)."""

    assert attached == facts(around=around).attached
    assert attached == facts(None, Open("hospital", "cycle", "doctor"), around).attached


@pytest.mark.manual("S-79")
@pytest.mark.parametrize(("name", "known"), [("韦晓梅", True), ("", False), (None, False)])
def test_a_telephone_number_is_no_name(name, known):
    """Accounts exist before a name is known (手册 2.2.9)."""

    assert known == facts(around=with_person(name=name)).name_known


def test_a_draft_is_what_a_submission_without_a_filing_submits():
    """The payload is laid over the draft."""
    record = attrs.evolve(PLAIN, draft=filing())

    assert facts(record, Submit()).filing_complete
    assert not facts(PLAIN, Submit()).filing_complete
    assert not facts(record, Submit(filing(bad_record=None))).filing_complete


@pytest.mark.manual("S-67")
@pytest.mark.parametrize(("declared", "value"), [(None, "unknown"), (False, "none"), (True, "present")])
def test_bad_record_as_declared(declared, value):
    """Saying nothing is not saying that there is none."""

    assert value == facts(payload=Submit(filing(bad_record=declared))).bad_record


@pytest.mark.manual("M: enter penalties")
@pytest.mark.parametrize("declared", [None, False, True])
@pytest.mark.parametrize(
    ("days", "counts"),
    [
        ((CYCLE.first_day - DAY,), False),
        ((CYCLE.first_day,), True),
        ((CYCLE.last_day,), True),
        ((CYCLE.last_day + DAY,), False),
        ((CYCLE.first_day - DAY, CYCLE.last_day), True),
        ((), False),
    ],
)
def test_a_recorded_penalty_of_the_cycle_is_a_bad_record(days, counts, declared):
    """A penalty on a day of the cycle counts, both end days included, whatever is declared (考核办法 第十七条)."""
    said = {None: "unknown", False: "none", True: "present"}[declared]
    around = with_person(penalised_on=days)

    assert ("present" if counts else said) == facts(
        payload=Submit(filing(bad_record=declared)), around=around
    ).bad_record


@pytest.mark.parametrize(
    "around",
    [
        AssessmentAround(person=None),
        AssessmentAround(cycle=None, person=attrs.evolve(PERSON, penalised_on=(CYCLE.last_day,))),
    ],
)
def test_without_person_or_cycle_the_declaration_counts(around):
    """What is penalised in no cycle is a bad record of none."""

    assert facts(payload=Submit(filing(bad_record=False)), around=around).bad_record == "none"


@pytest.mark.manual("S-63", "S-71")
@pytest.mark.parametrize(
    ("payload", "given", "reasoned"),
    [
        (GiveOpinion(), "missing", True),
        (GiveOpinion(ethics=Verdict.QUALIFIED), "missing", True),
        (GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED), "qualified", True),
        (GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED), "unqualified", False),
        (
            GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason=" \n"),
            "unqualified",
            False,
        ),
        (
            GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, work_reason="理由"),
            "unqualified",
            False,
        ),
        (
            GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason="收受红包"),
            "unqualified",
            True,
        ),
    ],
)
def test_a_failing_opinion_has_its_own_reason(payload, given, reasoned):
    """不合格 needs a reason for the very item (手册 2.2.6); one 不合格 makes the whole so."""
    found = facts(payload=payload)

    assert (given, reasoned) == (found.opinion_given, found.opinion_reasons)


@pytest.mark.manual("S-61", "S-69", "R-E2")
@pytest.mark.parametrize(
    ("other_reason", "own_reason", "reasoned"),
    [
        ("", "", False),
        ("服务态度", "", False),
        ("", "已核实", False),
        ("服务态度", "\u200b", False),
        ("服务态度", "已核实", True),
    ],
)
def test_who_overrules_another_institution_says_why(other_reason, own_reason, reasoned):
    """Another institution's 不合格 has a reason, and so has the 合格 that overrules it, for the very item."""
    other = OtherOpinion(
        institution="市二院", work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, reason=other_reason
    )
    given = {"work": Verdict.QUALIFIED, "ethics": Verdict.QUALIFIED, "others": (other,)}

    assert reasoned == facts(payload=GiveOpinion(**given, ethics_reason=own_reason)).opinion_reasons
    assert not facts(payload=GiveOpinion(**given, work_reason=own_reason)).opinion_reasons


@pytest.mark.manual("S-61", "S-69", "R-E2")
@pytest.mark.parametrize(
    ("required", "others", "complete"),
    [
        (False, (), True),
        (True, (), False),
        (True, ("市二院",), False),
        (True, ("市二院", "县医院"), True),
        (True, (" 市二院", "县 医院"), True),
    ],
)
def test_opinions_of_the_other_institutions(required, others, complete):
    """Where the province demands it, each institution of a multi-site physician gives one (手册 2.2.6)."""
    sites = (OtherSite(institution="市二院"), OtherSite(institution="县医院"))
    record = attrs.evolve(PLAIN, filing=filing(other_sites=sites))
    given = tuple(
        OtherOpinion(institution=name, work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED) for name in others
    )

    found = facts(record, GiveOpinion(others=given), other_opinions_required=required)

    assert complete == found.other_opinions


@pytest.mark.manual("S-69", "R-E2")
def test_an_institution_is_the_same_however_its_brackets_are_typed():
    """The physician and the reviewer type the name, each in his own way."""
    record = attrs.evolve(PLAIN, filing=filing(other_sites=(OtherSite(institution="市二院（东院）"),)))
    other = OtherOpinion(institution="市二院(东院)", work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)

    assert facts(record, GiveOpinion(others=(other,)), other_opinions_required=True).other_opinions
    assert not facts(record, GiveOpinion(), other_opinions_required=True).other_opinions


@pytest.mark.parametrize(
    ("parameters", "offered"),
    [
        ({}, True),
        ({"makeup_offered": False}, False),
        ({"makeup_meaning": MakeupMeaning.STATUTORY}, False),
    ],
)
def test_a_make_up_before_the_verdict(parameters, offered):
    """The statutory re-assessment is no make-up before the verdict."""

    assert offered == facts(**parameters).has_makeup


@pytest.mark.parametrize(
    ("days", "attested", "done"), [(0, False, True), (60, False, False), (60, True, True)]
)
def test_training_before_the_make_up(days, attested, done):
    """Where the province demands training, the confirming office attests it, unless enough is on record."""

    assert done == facts(payload=ConfirmMakeup(attested), makeup_training_days=days).training_done


DECISION = Review(
    decided_by=Decider("account", "operator"), decided_at=NOW, decided_in="awaiting_institution_review"
)
DECIDED = attrs.evolve(PLAIN, decision=DECISION)
SAME = AssessmentAround(sender=DECISION.decided_by)


@pytest.mark.parametrize("minutes", [0, 1, 10, 1440])
def test_a_decision_is_recalled_until_its_last_minute_is_over(minutes):
    """The last instant of `recall_minutes` is early enough, the next one is late."""
    last = NOW + timedelta(minutes=minutes)

    assert facts(DECIDED, around=SAME, now=last, recall_minutes=minutes).recall_open
    assert not facts(
        DECIDED, around=SAME, now=last + timedelta(microseconds=1), recall_minutes=minutes
    ).recall_open


def test_ten_minutes_where_the_province_says_nothing():
    """Ten minutes are the default."""

    assert facts(DECIDED, around=SAME, now=NOW + timedelta(minutes=10)).recall_open
    assert not facts(DECIDED, around=SAME, now=NOW + timedelta(minutes=10, seconds=1)).recall_open


@pytest.mark.parametrize(
    ("sender", "same"),
    [
        (Decider("account", "operator"), True),
        (Decider("account", "colleague"), False),
        (Decider("account"), False),
        (Decider("other", "operator"), False),
        (None, False),
    ],
)
def test_only_who_decided_recalls(sender, same):
    """Another account, another person at the same account, nobody: not one's own decision."""

    assert same == facts(DECIDED, around=AssessmentAround(sender=sender)).recall_open


def test_nothing_is_recalled_that_was_opened_or_not_decided():
    """Who must act next relies on what he has opened; what no review brought about is nobody's to recall."""

    assert not facts(attrs.evolve(DECIDED, opened=True), around=SAME).recall_open
    assert not facts(PLAIN, around=SAME).recall_open
    assert "none" == facts(PLAIN).decided_in
    assert "awaiting_institution_review" == facts(DECIDED).decided_in


@pytest.mark.parametrize("around", [AssessmentAround(), AssessmentAround(cycle=None, person=None)])
@pytest.mark.parametrize("record", [None, PLAIN, attrs.evolve(PLAIN, filing=filing(), opinions=opinions())])
@pytest.mark.parametrize("payload", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, payload):
    """Facts are total: for every case and event a value that the chart allows."""
    carried = {"open": Open("hospital", "cycle", "doctor"), "submit": Submit(), "enrol": Enrol()}
    found = facts(record, carried.get(payload), around)
    allowed = {bool: "boolean", int: "integer", str: "enum", datetime: "instant", NoneType: "instant"}

    for fact in shipped_chart("assessment").facts:
        value = getattr(found, fact.name)

        assert fact.type == allowed[type(value)]
        assert fact.type != "enum" or value in fact.values
        assert fact.type != "integer" or fact.minimum <= value <= fact.maximum


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (OrganisationKind.PROVINCE, "province"),
        (OrganisationKind.CITY, "city"),
        (OrganisationKind.COUNTY, "county"),
        (OrganisationKind.MEDICAL, "none"),
        (None, "none"),
    ],
)
def test_only_administrations_have_a_level(kind, level):
    """Who sends for a hospital, or for nobody, is of no level."""

    assert level == facts(around=AssessmentAround(sender_kind=kind)).sender_level


@pytest.mark.parametrize("delegate", MakeupDelegate)
def test_the_province_names_who_confirms_for_it(delegate):
    """The parameter as it is written."""

    assert delegate.value == facts(makeup_delegated_to=delegate).makeup_delegated_to

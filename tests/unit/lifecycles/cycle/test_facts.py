"""What the guards of a cycle look at, on both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.cycle.case import PassLine
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CreateCycle,
    DeclareDelivery,
    ExtendEvaluation,
    OpenMakeup,
    PublishLine,
)
from kaohe_workflow.lifecycles.cycle.facts import CycleFacts, CycleView
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.assessments import FIRST_DAY, LAST_DAY, WINDOWS, china
from kaohe_workflow.testing.organisations import CYCLE, NOW, CycleAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import LABELS, Window

pytestmark = pytest.mark.manual("N-3.4")

MOMENT = timedelta(microseconds=1)
EVALUATION_ENDS = datetime(2024, 1, 12, 16, tzinfo=UTC)
EXTENDED_ENDS = datetime(2024, 1, 15, 16, tzinfo=UTC)
MAKEUP_ENDS = datetime(2024, 1, 26, 16, tzinfo=UTC)
FIRST_OPENS = datetime(2023, 11, 21, 16, tzinfo=UTC)
LINE = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60))
MAKEUP_LINE = PassLine(Stage.MAKEUP, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60), MAKEUP_ENDS)


def facts(payload=None, record=CYCLE, now=NOW, parameters=DEFAULTS, **around):
    """The facts of a cycle with one thing changed."""
    return CycleFacts(record, payload or NoPayload(), CycleAround(**around), Moment(now, parameters))


@pytest.mark.parametrize(("now", "started"), [(FIRST_OPENS - MOMENT, False), (FIRST_OPENS, True)])
def test_cycle_starts_with_the_first_window(now, started):
    """The cycle runs from the very instant at which its first window opens (申请考核机构时间)."""

    assert started is facts(now=now).started


@pytest.mark.parametrize(("now", "over"), [(EVALUATION_ENDS - MOMENT, False), (EVALUATION_ENDS, True)])
def test_evaluation_ends_at_midnight(now, over):
    """A last day 2024-01-12 lasts to its very end in China."""

    assert over is facts(now=now).evaluation_over


def test_deadlines_are_the_windows_bounds():
    """The sweep begins the cycle and ends its first stage exactly when the windows say."""

    assert (FIRST_OPENS, EVALUATION_ENDS) == (facts().begins_at, facts().first_ends_at)


@pytest.mark.parametrize(
    ("first_day", "last_day", "free"),
    [
        (date(2023, 1, 1), date(2025, 12, 31), True),
        (date(2022, 12, 31), date(2025, 12, 31), False),
        (date(2017, 1, 1), date(2019, 12, 31), True),
        (date(2017, 1, 1), date(2020, 1, 1), False),
        (date(2021, 1, 1), date(2021, 1, 1), False),
    ],
)
def test_dates_of_cycles_do_not_overlap(first_day, last_day, free):
    """Two cycles share no day; both days of a cycle belong to it."""

    assert free is facts(other_cycles=[CycleView("other", first_day, last_day)]).no_date_overlap


@pytest.mark.parametrize(
    ("stage", "now", "position"),
    [
        (Stage.FIRST, china(date(2024, 1, 2)), "before"),
        (Stage.FIRST, china(date(2024, 1, 3), 0), "open"),
        (Stage.FIRST, EVALUATION_ENDS - MOMENT, "open"),
        (Stage.FIRST, EVALUATION_ENDS, "over"),
        (Stage.MAKEUP, china(date(2024, 1, 21)), "before"),
        (Stage.MAKEUP, china(date(2024, 1, 22), 0), "open"),
        (Stage.MAKEUP, china(date(2024, 1, 27), 0), "over"),
    ],
)
def test_sitting_of_a_stage(stage, now, position):
    """The first stage sits in the evaluation window, the make-up in its own."""

    assert position == facts(DeclareDelivery(stage), now=now).sitting


def test_makeup_without_windows_has_not_begun():
    """While the province has set no make-up window, the make-up lies ahead and no line of it is published."""
    record = attrs.evolve(CYCLE, windows=attrs.evolve(WINDOWS, makeup=None, makeup_confirm=None))

    assert facts(DeclareDelivery(Stage.MAKEUP), record).sitting == "before"


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        (china(date(2024, 1, 2)), False),
        (china(date(2024, 1, 5)), False),
        (EVALUATION_ENDS - MOMENT, False),
        (EVALUATION_ENDS, True),
    ],
)
def test_line_is_published_after_the_sitting(now, fires):
    """A line waits for the end of the sitting, whose last moment still belongs to it."""
    trial = Trial(lifecycle="cycle", state="running", record=CYCLE)
    outcome = trial.decide(
        Sending(event="publish_line", by=("province", "own"), around=CycleAround(), now=now, payload=LINE)
    )

    assert fires is hasattr(outcome, "target")


@pytest.mark.parametrize(
    ("score", "valid"),
    [
        ("0", True),
        ("-0.01", False),
        ("100", True),
        ("100.00", True),
        ("100.01", False),
        ("59.99", True),
        ("59.999", False),
        ("NaN", False),
    ],
)
def test_line_is_a_score(score, valid):
    """A line is 0–100 with at most two places."""

    assert valid is facts(attrs.evolve(LINE, score=Decimal(score))).score_in_range


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    ("kind", "scored"),
    [
        (PaperKind.HUMANITIES, True),
        (PaperKind.PROFESSIONAL, True),
        (PaperKind.PUBLIC, False),
        (PaperKind.STATEMENT, False),
    ],
)
def test_line_is_of_a_paper_that_is_scored(kind, scored, stage):
    """A line is published for a paper that a procedure of the province has, and never for a 述职报告."""
    makeup = (PaperKind.STATEMENT,)
    parameters = attrs.evolve(DEFAULTS, makeup_papers_simplified=makeup)

    assert scored is facts(attrs.evolve(LINE, stage=stage, kind=kind), parameters=parameters).kind_scored


@given(st.sets(st.tuples(st.sampled_from(PaperKind), st.sampled_from(Level))))
def test_first_lines_are_published_when_all_are(published):
    """Make-up opens only when every first paper has its line for every level, whatever else is published."""
    lines = tuple(PassLine(Stage.FIRST, kind, level, Decimal(60), NOW) for kind, level in sorted(published))
    needed = {(kind, level) for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL) for level in Level}

    assert (needed <= published) is facts(record=attrs.evolve(CYCLE, lines=lines)).first_lines_published


@pytest.mark.parametrize(
    ("offered", "meaning", "makeup"),
    [
        (True, MakeupMeaning.PRE_VERDICT, True),
        (False, MakeupMeaning.PRE_VERDICT, False),
        (True, MakeupMeaning.STATUTORY, False),
    ],
)
def test_makeup_is_before_the_verdict(offered, meaning, makeup):
    """Only a make-up before the verdict is a stage of the cycle."""
    parameters = attrs.evolve(DEFAULTS, makeup_offered=offered, makeup_meaning=meaning)

    assert makeup is facts(parameters=parameters).makeup_offered


def with_registration(first, last):
    """The windows with another registration."""
    return ChangeWindows(attrs.evolve(WINDOWS, registration=Window.of_days(first, last)))


@pytest.mark.parametrize(
    ("payload", "shortens"),
    [
        (with_registration(date(2023, 11, 27), date(2023, 12, 27)), False),
        (with_registration(date(2023, 11, 27), date(2023, 12, 28)), False),
        (with_registration(date(2023, 11, 27), date(2023, 12, 26)), True),
        (with_registration(date(2023, 11, 20), date(2023, 12, 27)), False),
        # Noon of 1 December: that the window opened earlier is past and cannot be taken away.
        (with_registration(date(2023, 12, 1), date(2023, 12, 27)), False),
        (with_registration(date(2023, 12, 2), date(2023, 12, 27)), True),
        (ChangeWindows(attrs.evolve(WINDOWS, makeup=None)), True),
    ],
)
def test_shortening(payload, shortens):
    """Time to come that is taken from a window is a shortening; time that has passed is not."""

    assert shortens is facts(payload, now=china(date(2023, 12, 1))).shortens


@pytest.mark.parametrize(("last", "future"), [(date(2023, 11, 30), False), (date(2023, 12, 1), True)])
def test_new_end_lies_in_the_future(last, future):
    """A window's new end is later than now: today's end is, yesterday's is not."""
    payload = with_registration(date(2023, 11, 27), last)

    assert future is facts(payload, now=china(date(2023, 12, 1))).new_ends_in_future


def test_ended_registration_is_reopened():
    """A registration that is over is opened again by a later end, without confirmation."""
    found = facts(with_registration(date(2023, 11, 27), date(2023, 12, 29)), now=china(date(2023, 12, 28)))

    assert (True, False) == (found.new_ends_in_future, found.shortens)


@pytest.mark.parametrize(("now", "reopens"), [(EVALUATION_ENDS - MOMENT, False), (EVALUATION_ENDS, True)])
def test_ended_evaluation_is_not_reopened_here(now, reopens):
    """The evaluation may be made longer until it is over; afterwards that is no change of windows."""
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))

    assert reopens is facts(ChangeWindows(windows), now=now).reopens_ended


@pytest.mark.parametrize("name", ["exemption", "exemption_review"])
@pytest.mark.parametrize(("late", "reopens"), [(-MOMENT, False), (timedelta(0), True)])
def test_ended_exemptions_are_not_reopened_here(name, late, reopens):
    """What waits when the time for exemptions ends has expired, for good; until then it may be made longer."""
    short = attrs.evolve(WINDOWS, **{name: Window.of_days(date(2023, 12, 1), date(2023, 12, 15))})
    longer = attrs.evolve(WINDOWS, **{name: Window.of_days(date(2023, 12, 1), date(2023, 12, 20))})
    now = getattr(short, name).closes_at + late

    found = facts(ChangeWindows(longer), attrs.evolve(CYCLE, windows=short), now=now)

    assert reopens is found.reopens_ended


@pytest.mark.parametrize(
    ("now", "lines", "reopens"),
    [
        (MAKEUP_ENDS - MOMENT, (MAKEUP_LINE,), False),
        (MAKEUP_ENDS, (MAKEUP_LINE,), True),
        (MAKEUP_ENDS, (), False),
    ],
)
def test_a_make_up_is_not_reopened_once_a_line_of_it_is_known(now, lines, reopens):
    """Nobody sits knowing the line; while none is published, a make-up that is over may be set anew."""
    record = attrs.evolve(CYCLE, lines=lines)
    longer = Window.of_days(date(2024, 1, 22), date(2024, 2, 5))

    for payload in (ChangeWindows(attrs.evolve(WINDOWS, makeup=longer)), OpenMakeup(makeup=longer)):
        assert reopens is facts(payload, record, now=now).reopens_ended


@given(st.sampled_from(sorted(LABELS)), st.integers(-20, 20), st.integers(-20, 20))
def test_widening_never_shortens(name, earlier, later):
    """A window that contains the old one takes nothing away, and one that does not, does."""
    old = getattr(WINDOWS, name)
    if old is None:
        return
    new = Window(old.opens_at - timedelta(days=earlier), old.closes_at + timedelta(days=later))
    before = china(date(2023, 10, 1))
    found = facts(ChangeWindows(attrs.evolve(WINDOWS, **{name: new})), now=before)

    assert (earlier < 0 or later < 0) is found.shortens


@pytest.mark.parametrize(
    ("given", "valid"),
    [
        (OpenMakeup(), False),
        (OpenMakeup(makeup_confirm=WINDOWS.makeup_confirm), False),
        (OpenMakeup(WINDOWS.makeup_confirm, WINDOWS.makeup), True),
        (OpenMakeup(WINDOWS.makeup, WINDOWS.makeup_confirm), False),
    ],
)
def test_makeup_windows_are_set_when_it_opens(given, valid):
    """Confirmation and make-up are both set, by now or before, and in this order."""
    record = attrs.evolve(CYCLE, windows=attrs.evolve(WINDOWS, makeup=None, makeup_confirm=None))

    assert valid is facts(given, record).new_windows_valid


def test_windows_once_set_for_makeup_are_not_taken_away():
    """A cycle that has make-up windows keeps some."""

    assert not facts(ChangeWindows(attrs.evolve(WINDOWS, makeup=None))).new_windows_valid


@pytest.mark.parametrize(
    ("name", "last_day", "code"),
    [(" ", LAST_DAY, "name-missing"), ("三年", date(2019, 12, 31), "days-reversed")],
)
def test_first_data_is_checked(name, last_day, code):
    """A cycle has a name, and its last day is not before its first."""
    with pytest.raises(InputInvalid) as refused:
        CreateCycle("province", name, FIRST_DAY, last_day, WINDOWS)

    assert [code] == [problem.code for problem in refused.value.problems]


def test_one_day_is_a_cycle():
    """First and last day may be the same: both are included."""

    assert FIRST_DAY == CreateCycle("province", "一日", FIRST_DAY, FIRST_DAY, WINDOWS).last_day


def test_nothing_holds_without_a_record():
    """Facts are total: without a cycle every one of them has a value that grants nothing."""
    empty = facts(LINE, record=None)

    assert [False] * 5 == [
        empty.windows_valid,
        empty.no_date_overlap,
        empty.started,
        empty.evaluation_over,
        empty.line_published,
    ]
    assert ("before", None, None) == (empty.sitting, empty.begins_at, empty.first_ends_at)


@pytest.mark.parametrize(
    ("now", "closes_on", "extends"),
    [
        (EVALUATION_ENDS - MOMENT, date(2024, 1, 15), False),
        (EVALUATION_ENDS, date(2024, 1, 15), True),
        (EVALUATION_ENDS, date(2024, 1, 12), False),
        (EXTENDED_ENDS, date(2024, 1, 15), False),
        (EXTENDED_ENDS - MOMENT, date(2024, 1, 15), True),
    ],
)
def test_an_evaluation_is_extended_after_its_end(now, closes_on, extends):
    """From its end on, and to an end that lies ahead."""
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), closes_on))

    assert extends is facts(ExtendEvaluation(windows), now=now).extends_evaluation


def test_a_line_of_the_first_stage_keeps_an_evaluation_closed():
    """One of the make-up does not."""
    lines = [
        PassLine(stage, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60), EVALUATION_ENDS) for stage in Stage
    ]
    found = [facts(record=attrs.evolve(CYCLE, lines=(line,))).first_line_published for line in lines]

    assert [stage is Stage.FIRST for stage in Stage] == found


@pytest.mark.parametrize(
    ("caller", "hand", "another"),
    [("a", "b", True), ("a", "a", False), (None, "b", False), ("a", None, True)],
)
def test_the_second_person_is_another(caller, hand, another):
    """A named one; where nobody is known to have set the windows, any."""
    found = facts(record=attrs.evolve(CYCLE, windows_hand=hand), caller=caller)

    assert another is found.windows_by_another


@pytest.mark.parametrize("name", ["makeup_registration", "makeup_confirm", "makeup"])
def test_make_up_is_over_with_each_of_its_windows(name):
    """Until the last instant of each somebody may still act in it; a window that is not set is no time to wait for."""
    others = dict.fromkeys(("makeup_registration", "makeup_confirm", "makeup"))
    windows = attrs.evolve(WINDOWS, **others | {name: Window(EVALUATION_ENDS, MAKEUP_ENDS)})
    record, none = (
        attrs.evolve(CYCLE, windows=given) for given in (windows, attrs.evolve(WINDOWS, **others))
    )
    over = [facts(record=record, now=now).makeup_over for now in (MAKEUP_ENDS - MOMENT, MAKEUP_ENDS)]

    assert [False, True] == over
    assert facts(record=none, now=EVALUATION_ENDS).makeup_over

"""The drawing of a sample, facts and actions of its check."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.lifecycles.spot_check.actions import ACTIONS
from kaohe_workflow.lifecycles.spot_check.case import Finding, Item, Subject, digest_of, draw
from kaohe_workflow.lifecycles.spot_check.events import MAXIMUM_SAMPLE, Draw, RecordFinding
from kaohe_workflow.lifecycles.spot_check.facts import SpotCheckFacts
from kaohe_workflow.testing.spot_checks import CHECK, NOW, POPULATION, SpotCheckAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.attachment import MAXIMUM_FILES
from kaohe_workflow.values.terms import Procedure

MOMENT = Moment(NOW, DEFAULTS)
DRAW = Draw(institution_id="agency", cycle_id="cycle", number=2)
IDS = st.sets(st.text("abcdef0123456789", min_size=1, max_size=6), max_size=30)


def after(action, payload, record=CHECK, around=SpotCheckAround()):  # noqa: B008 - frozen
    """The record after an action."""
    step = Step(
        case_id="case",
        event="event",
        source="source",
        target="target",
        payload=payload,
        around=around,
        moment=MOMENT,
        account_id="account",
    )
    return ACTIONS[action](record, step)


@pytest.mark.manual("N-3.11", "R-10.1")
@given(population=IDS, number=st.integers(1, 40), seed=st.text(max_size=8))
def test_a_sample_can_be_drawn_again(population, number, seed):
    """By seed and population alone, in whatever order; it has as many as were asked for, or all of them."""
    drawn = draw(seed, population, number)

    assert drawn == draw(seed, sorted(population, reverse=True), number)
    assert min(number, len(population)) == len(set(drawn)) == len(drawn)
    assert set(drawn) <= population


@given(population=IDS.filter(bool), number=st.integers(1, 40), seed=st.text(max_size=8))
def test_who_leaves_makes_no_difference_to_the_others(population, number, seed):
    """The others are drawn in the same order as before."""
    gone = max(population)
    order = draw(seed, population, len(population))

    assert [one for one in order if one != gone] == list(draw(seed, population - {gone}, len(population)))
    assert order[:number] == draw(seed, population, number)


@pytest.mark.manual("N-3.11", "R-10.1")
@given(population=IDS, own=IDS, number=st.integers(1, 40), seed=st.text(max_size=8))
def test_who_assessed_itself_is_drawn_first(population, own, number, seed):
    """Before anybody of the others; within each the seed alone decides."""
    first = population & own
    drawn = draw(seed, population, number, first)

    assert drawn == (*draw(seed, first, number), *draw(seed, population - first, number))[:number]


def test_how_many_assessed_themselves_is_kept():
    """With the size of the population, so that the same can be drawn again."""
    step = Step(
        case_id="case",
        event="draw_results",
        source="none",
        target="drawn",
        payload=DRAW,
        around=SpotCheckAround(own=("a3",)),
        moment=MOMENT,
        account_id="account",
    )
    made = ACTIONS["draw_results"](None, step)

    assert (1, "a3") == (made.self_reviewed, made.items[0].assessment_id)


def test_seeds_draw_differently():
    """Of a thousand, two seeds do not draw the same ten."""
    population = [str(number) for number in range(1000)]

    assert draw("one", population, 10) != draw("another", population, 10)


@pytest.mark.parametrize(("seed", "kept"), [(None, "case"), ("earlier", "earlier")])
@pytest.mark.parametrize("subject", Subject)
def test_what_is_drawn_is_kept_with_its_seed(seed, kept, subject):
    """The id of the case, or the seed of a sample that was given up; size and digest of the population stand beside."""
    made = after(f"draw_{subject.value}", DRAW, None, SpotCheckAround(seed=seed))

    assert (subject, kept, 3, digest_of(POPULATION), NOW) == (
        made.subject,
        made.seed,
        made.population,
        made.digest,
        made.drawn_at,
    )
    assert draw(kept, POPULATION, 2) == tuple(item.assessment_id for item in made.items)


def test_a_finding_takes_the_place_of_an_earlier_one():
    """The others stay as they are."""
    told = RecordFinding(assessment_id="a1", finding=Finding.FAULTY, note="不符", evidence=("photo",))
    first = after("record_finding", told)
    second = after("record_finding", RecordFinding(assessment_id="a1", finding=Finding.IN_ORDER), first)

    assert (1, 0) == (first.faulty, second.faulty)
    assert (Item(assessment_id="a2"), (Finding.FAULTY, "不符", ("photo",), NOW)) == (
        first.items[0],
        attrs.astuple(first.items[1])[1:],
    )
    assert NOW == after("note_end", NoPayload()).ended_at


@pytest.mark.parametrize(
    ("finding", "note", "told"),
    [
        (Finding.IN_ORDER, "", True),
        (Finding.FAULTY, "不符", True),
        (Finding.FAULTY, " ", False),
        (Finding.FAULTY, "\u200b", False),
    ],
)
def test_a_fault_says_what_it_is(finding, note, told):
    """What is in order needs no words."""
    given = RecordFinding(assessment_id="a1", finding=finding, note=note)

    assert told == SpotCheckFacts(CHECK, given, SpotCheckAround(), MOMENT).fault_told


def test_nothing_is_known_of_what_is_not_there():
    """Each fact has the value that refuses."""
    facts = SpotCheckFacts(None, NoPayload(), SpotCheckAround(drawable=()), MOMENT)

    assert (False,) * 5 == (
        facts.files_waiting,
        facts.results_decided,
        facts.item_drawn,
        facts.fault_told,
        facts.all_found,
    )
    assert not facts.faults_waiting


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        (True, {}),
        (False, {"items": CHECK.items[:1]}),
        (True, {"items": CHECK.items[:1], "population": 1}),
        (False, {"seed": "another"}),
        (False, {"procedure": Procedure.SIMPLIFIED}),
        (True, {"drawn_at": NOW + timedelta(seconds=1)}),
        (False, {"drawn_at": NOW - timedelta(seconds=1)}),
    ],
)
def test_a_sample_makes_good_what_was_given_up(expected, change):
    """As many of all that it was drawn from, or everybody left, by the same seed, drawn no earlier."""
    assert expected == attrs.evolve(CHECK, **change).makes_good(CHECK)


def test_a_sample_of_both_procedures_makes_good_one_of_one():
    """The wider takes in the narrower."""
    assert CHECK.makes_good(attrs.evolve(CHECK, procedure=Procedure.SIMPLIFIED))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: attrs.evolve(DRAW, number=0), "sample-size"),
        (lambda: attrs.evolve(DRAW, number=MAXIMUM_SAMPLE + 1), "sample-size"),
        (lambda: RecordFinding(assessment_id="a", finding=Finding.FAULTY, note="\x00"), "text-control"),
        (
            lambda: RecordFinding(
                assessment_id="a", finding=Finding.FAULTY, evidence=("f",) * (MAXIMUM_FILES + 1)
            ),
            "too-many-files",
        ),
    ],
)
def test_what_is_carried_is_checked(make, code):
    """Before anything is done with it; 1 and 500 are allowed."""
    with pytest.raises(InputInvalid) as caught:
        make()

    assert code in {problem.code for problem in caught.value.problems}
    assert [1, MAXIMUM_SAMPLE] == [attrs.evolve(DRAW, number=one).number for one in (1, MAXIMUM_SAMPLE)]

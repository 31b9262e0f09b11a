"""
A confirmed cheating leads to the same verdict in whatever order independent things happen (考核办法 第三十一条).

Each physician sits 医学人文 and is marked there; the province has the mark, and the time to be heard is over. Then
things happen on one day, in every order that keeps the order of each chain: a few of the orders always, all in
`make deep`. In the end whatever is left to sit is passed. What somebody may not do any more, since a void paper is not
sat again, is not done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from itertools import islice

import attrs
import pytest
from hypothesis import settings

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.evaluation.events import GrantResit, ReportForceMajeure
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import HIGH, LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import CheatingConsequence, CheatingManner, PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.test_outlived_marks import HEARING, failed, lengthen

TRIED = settings.default.max_examples // 50
"""How many orders of a play are tried."""


@attrs.define
class Suspect:
    """A physician who is marked, the paper and the mark; ``persons``: how many have decided, none of them twice."""

    journeys: Journeys
    traveller: Traveller
    paper: str
    mark: str
    persons: int = 0

    def another(self, office: Principal) -> Principal:
        """A person of the office who has not decided yet."""
        self.persons += 1
        name = f"person-{self.persons}"
        return attrs.evolve(office, account_id=name, operator_id=name)

    def score(self, **scores: Decimal) -> None:
        self.journeys.score(self.traveller, Stage.FIRST, **scores)

    def send(self, who: Principal, lifecycle: str, event: str, *payload: object) -> None:
        ids = {"cheating": self.mark, "evaluation": self.paper, "assessment": self.traveller.case_id}
        self.journeys.world.send(who, lifecycle, ids[lifecycle], event, *payload, reason="已核实")


def confirm(suspect: Suspect) -> None:
    office = suspect.another(suspect.journeys.world.province)
    suspect.send(office, "cheating", "confirm", Confirm())


def correct(suspect: Suspect) -> None:
    suspect.send(suspect.another(suspect.journeys.world.province), "cheating", "correct")


def mark_again(suspect: Suspect) -> None:
    """With new evidence, and heard at once: the physician says what there is to say."""
    world = suspect.journeys.world
    proof = (hand_in(world.application, world.county),)
    suspect.send(world.county, "cheating", "mark", Mark(manner=CheatingManner.SUBSTITUTE, evidence=proof))
    suspect.send(world.county, "cheating", "report")
    suspect.send(suspect.traveller.principal, "cheating", "state_case", StateCase(statement="系本人参加。"))


def sit_other(suspect: Suspect) -> None:
    suspect.score(professional=HIGH)


def sit_below(suspect: Suspect) -> None:
    suspect.score(humanities=LOW)


def sit(suspect: Suspect) -> None:
    suspect.score(humanities=HIGH)


def sit_again(suspect: Suspect) -> None:
    """What kept from finishing was no fault of the physician's."""
    world = suspect.journeys.world
    notice = (hand_in(world.application, world.agency),)
    suspect.send(
        world.agency, "evaluation", "report_force_majeure", ReportForceMajeure(text="停电。", evidence=notice)
    )
    suspect.send(world.province, "evaluation", "grant_resit", GrantResit())


def withdraw(suspect: Suspect) -> None:
    suspect.send(suspect.journeys.world.county, "assessment", "withdraw")


def reinstate(suspect: Suspect) -> None:
    suspect.send(suspect.another(suspect.journeys.world.county), "assessment", "reinstate")


def refile(suspect: Suspect) -> None:
    suspect.journeys.lead(suspect.traveller, "awaiting_assessment")


Act = Callable[[Suspect], None]
Chain = tuple[Act, ...]

STANDS: Mapping[str, tuple[Chain, ...]] = {
    "the other paper": ((confirm,), (sit_other,)),
    "the next attempt": ((confirm,), (sit_below, sit)),
    "a re-sit": ((confirm,), (sit_again, sit)),
    "marked again": ((sit, confirm, correct, mark_again, confirm), (sit_other,)),
    "taken out and let in again all the same": ((confirm,), (withdraw, reinstate, refile)),
    "taken out and sat again all the same": ((confirm,), (withdraw, reinstate, refile, sit, sit_other)),
}
"""Plays in which the last word of the province is that cheating took place."""

FALLS: Mapping[str, tuple[Chain, ...]] = {
    "corrected": ((confirm, correct), (sit,), (sit_other,)),
    "taken out and let in again": ((confirm, correct), (withdraw, reinstate, refile)),
    "taken out and sat again": ((confirm, correct), (withdraw, reinstate, refile, sit, sit_other)),
}
"""Plays in which it is that there was none."""


def orders(chains: tuple[Chain, ...]) -> Iterator[Chain]:
    """Every order that keeps that of each chain; the first has the chains one after another, the second the reverse."""

    def merged(left: tuple[Chain, ...]) -> Iterator[Chain]:
        rest = tuple(chain for chain in left if chain)
        for index, (act, *more) in enumerate(rest):
            for tail in merged((*rest[:index], tuple(more), *rest[index + 1 :])):
                yield act, *tail
        if not rest:
            yield ()

    first, second = (tuple(act for chain in one for act in chain) for one in (chains, chains[::-1]))
    yield first
    yield second
    yield from (order for order in merged(chains) if order not in (first, second))


def suspects(journeys: Journeys, number: int) -> list[Suspect]:
    """So many who are marked and heard, on a day on which papers are still sat and files may be filed anew."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(number)]
    journeys.not_before(SITTING_DAY)
    lengthen(journeys)
    made = []
    for traveller in travellers:
        paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
        journeys.start(paper)
        mark = journeys.mark(traveller, PaperKind.HUMANITIES)
        journeys.report(mark)
        made.append(Suspect(journeys, traveller, paper, mark))
    journeys.not_before(local_date(journeys.world.clock.now()) + HEARING)
    return made


def finish(suspect: Suspect) -> None:
    """Whatever is left to sit is passed."""
    for act in (sit, sit_other):
        with suppress(TransitionRefused):
            act(suspect)


@pytest.mark.parametrize("published", [False, True], ids=["lines afterwards", "lines before"])
@pytest.mark.parametrize("consequence", CheatingConsequence)
def test_the_verdict_does_not_hang_on_the_order(consequence: CheatingConsequence, published: bool) -> None:
    """Confirmed, corrected, marked again; sat, sat again, withdrawn and let in again: one verdict for each play."""
    plays = {**STANDS, **FALLS}
    tried = [(play, order) for play, chains in plays.items() for order in islice(orders(chains), TRIED)]
    with open_world(paper_attempts=2, cheating_consequence=consequence.value) as world:
        journeys = Journeys.of(world)
        made = suspects(journeys, len(tried))
        if published:
            journeys.publish(Stage.FIRST)
        for suspect, (_, order) in zip(made, tried, strict=True):
            for act in order:
                with suppress(TransitionRefused):
                    act(suspect)
            finish(suspect)
        journeys.not_before(RESULT_DAY)
        journeys.publish(Stage.FIRST)
        reached = {
            (play, tuple(act.__name__ for act in order)): journeys.state(suspect.traveller)
            for suspect, (play, order) in zip(made, tried, strict=True)
        }

        assert {key: "qualified" if key[0] in FALLS else failed(consequence) for key in reached} == reached
        assert () == world.application.verification.run().findings

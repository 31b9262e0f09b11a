"""
What one institution sees and may do does not depend on anything that happens in another.

Two worlds that differ only in the other institution's people and doings give the same answers to the same requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.errors import NotFound
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.plays import Move, Play
from kaohe_workflow.testing.repertoire import PERSONAL
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Level

OWN = 2
"""The hospital's physicians come first; those of the other hospital have higher numbers."""

OF_ONE = [what for what in PERSONAL if what[0] in ("affiliation", "assessment", "evaluation", "exemption")]

ACROSS = ("take_in", "force_move", "reenter", "merge")
"""Events that reach from one hospital into the other."""

moves_elsewhere = st.lists(
    st.builds(
        lambda part, what, person, paper, choice: Move(part, *what, OWN + person, paper, choice),
        st.sampled_from(["physician", "elsewhere", "neighbour", "city", "province"]),
        # 转入 into the hospital, and merging with one of its physicians, is its business too.
        st.sampled_from([what for what in OF_ONE if what[1] not in ACROSS]),
        st.integers(0, 1),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    max_size=12,
)
moves_here = st.lists(
    st.builds(
        lambda part, what, person, paper, choice: Move(part, *what, person, paper, choice),
        st.sampled_from(["physician", "hospital", "agency", "county"]),
        # Whom to merge with is told by number: in the busy world that may be one of the others.
        st.sampled_from([what for what in OF_ONE if what[1] != "merge"]),
        st.integers(0, OWN - 1),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=12,
)
others = st.lists(st.sampled_from(Level), max_size=3)

IDS = ("id", "institution_id", "physician_id", "cycle_id", "assessment_id", "department_id", "exemption_id")


def told_apart_from_ids(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (*IDS, "superior_id", "agency_id")}


def seen(play: Play) -> Iterator[Any]:
    """Everything that the hospital and its agency can look at."""
    application = play.journeys.world.application
    for principal in (play.journeys.world.hospital, play.journeys.world.agency):
        home = application.home.show(principal)
        yield (
            home.current.registered,
            home.current.reviewed,
            home.current.finished,
            home.current.general_awaiting,
            home.contacts,
        )
        for name in ("physicians", "assessments", "papers", "exemptions", "certificates", "accounts"):
            page = application.lists.page(principal, name, {}, limit=100)
            yield name, [told_apart_from_ids(row) for row in page.rows]
            yield application.lists.count(principal, name, {})
        for person in play.people[:OWN]:
            try:
                explained = application.door.explain(principal, "assessment", person.case_id)
            except NotFound:
                yield "nothing"
            else:
                yield [(one.event, one.allowed, [str(reason) for reason in one.reasons]) for one in explained]


@settings(max_examples=max(10, settings().max_examples // 4))
@given(elsewhere=moves_elsewhere, here=moves_here, newcomers=others)
def test_the_other_institution_makes_no_difference(
    elsewhere: list[Move], here: list[Move], newcomers: list[Level]
) -> None:
    """T01: the same requests get the same answers, whatever the other hospital has done meanwhile."""
    with World.open("memory:") as quiet, World.open("memory:") as busy:
        plays = [Play(Journeys.of(quiet)), Play(Journeys.of(busy))]
        for play in plays:
            for _ in range(OWN):
                play.join(department_id=play.journeys.department_id)
            play.journeys.world.at(FILING_DAY)
        for level in newcomers:
            plays[1].join(elsewhere=True, level=level)
        for move in elsewhere:
            if move.person < len(plays[1].people):
                plays[1].play(move)
        told = [[play.play(move).told for move in here] for play in plays]

        assert told[0] == told[1]
        assert list(seen(plays[0])) == list(seen(plays[1]))

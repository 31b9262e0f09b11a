"""
A former institution learns nothing of what becomes of somebody who has gone: two worlds that differ in that alone.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.testing.plays import Move, Play
from tests.property.service.sides import Side
from tests.property.service.test_non_interference import EXAMPLES, OUT_OF_SIGHT, READY
from tests.property.service.transcripts import Transcript, look_around

AFTERWARDS = [
    # People are called by the name and number that they have today: who was there is looked for by these.
    what
    for what in OUT_OF_SIGHT
    if what[0] != "amendment"
]


def told_of_the_gone(state: str, moves: tuple[Move, ...]) -> list[str]:
    """What a hospital is told in a world where somebody has left it by force and these moves came afterwards."""
    side = Side.make()
    journeys, world = side.journeys, side.site.world
    seen = journeys.newcomer()
    journeys.lead(seen, state)
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", seen.physician_id, "force_move", target, reason="机构注销")
    play = Play(side.there)
    play.people.append(seen)
    for move in moves:
        play.play(move)
    world.settle()
    transcript = Transcript(side.site.as_organisation(world.hospital))
    look_around(transcript, world.cycle_id)
    return transcript.lines


@settings(max_examples=EXAMPLES)
@given(
    state=st.sampled_from(["awaiting_institution_review", "awaiting_agency_review", READY]),
    moves=st.lists(
        st.builds(
            lambda part, what, paper, choice: Move(part, *what, 0, paper, choice),
            st.sampled_from(["physician", "hospital", "agency", "county", "city", "province"]),
            st.sampled_from(AFTERWARDS),
            st.integers(0, 3),
            st.integers(0, 4),
        ),
        min_size=1,
        max_size=8,
    ).map(tuple),
)
def test_what_becomes_of_who_has_gone_makes_no_difference(state: str, moves: tuple[Move, ...]) -> None:
    """The list of past opinions, their steps, and all else that the former institution reads stay as they were."""

    assert told_of_the_gone(state, ()) == told_of_the_gone(state, moves)

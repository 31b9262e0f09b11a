"""
Nobody learns anything of what is out of sight: two worlds that differ in that alone give equal answers to the letter.

In the busy world people whom the caller does not see go their ways, and institutions are made where the caller sees
none; in the quiet world nothing of it happens. Then the caller looks at everything there is and tries this and that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.testing.journeys import HIGH, LOW, RESULT_DAY, SITTING_DAY, Traveller
from kaohe_workflow.testing.plays import Move
from kaohe_workflow.testing.repertoire import PERSONAL
from kaohe_workflow.values.terms import Level, Stage
from tests.property.service.sides import Doings, Side
from tests.property.service.transcripts import (
    NOT_ASKED,
    ROUTES,
    Transcript,
    knock,
    knock_at,
    look_around,
    try_around,
)
from tests.service.conftest import make_site

DEEP = settings().max_examples > 100

WAY = ("not_enrolled", "awaiting_registration", "awaiting_institution_review", "awaiting_agency_review")
READY = "awaiting_assessment"

CALLERS: Mapping[str, tuple[str, str]] = {
    "physician": ("here", "there"),
    "hospital": ("here", "there"),
    "agency": ("here", "there"),
    "county": ("here", "there"),
    "auditor": ("here", "there"),
    "elsewhere": ("there", "here"),
    "neighbour": ("there", "here"),
    "city": ("here", "far"),
    "province": ("here", "in private"),
    "operator": ("here", "beside"),
}
"""
Caller → on which side what the caller sees happens, and on which side what the caller does not: in the hospital's
county, in the one next to it, in another city; in another department of the hospital than the operator's own; or
nowhere but in what the hospital keeps to itself.
"""

EXAMPLES = -(-500 // len(CALLERS)) if DEEP else 4
"""Of each caller: a look at everything takes as long as a hundred requests."""

OUT_OF_SIGHT = [
    # Who comes to another institution is that one's business too.
    what
    for what in PERSONAL
    if what[1] not in ("take_in", "force_move", "reenter")
]


doings = st.builds(
    Doings,
    st.lists(
        st.tuples(st.sampled_from([*WAY, READY, READY]), st.sampled_from(Level), st.booleans()),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            lambda part, what, person, paper, choice: Move(part, *what, person, paper, choice),
            st.sampled_from(["physician", "hospital", "agency", "county", "city", "province"]),
            st.sampled_from(OUT_OF_SIGHT),
            st.integers(0, 2),
            st.integers(0, 3),
            st.integers(0, 4),
        ),
        max_size=8,
    ).map(tuple),
    st.integers(0, 2),
    st.integers(0, 3),
)

REQUESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("assessments", {"event": "claim"}),
    ("assessments", {"event": "withdraw_filing"}),
    ("assessments", {"event": "submit_opinion", "payload": {"work": "qualified", "ethics": "qualified"}}),
    ("assessments", {"event": "return", "payload": {"code": "incomplete"}, "reason": "材料不全"}),
    ("assessments", {"event": "pass"}),
    ("assessments", {"event": "return_to_institution", "reason": "重新评定"}),
    ("physicians", {"event": "delete"}),
    ("physicians", {"event": "leave", "payload": {"reason": "resigned"}}),
    ("papers", {"event": "start"}),
    ("exemptions", {"event": "pass"}),
    ("departments", {"event": "delete"}),
    ("institutions", {"event": "close", "reason": "停业"}),
)
requests = st.lists(
    st.builds(lambda one, index: (*one, index), st.sampled_from(REQUESTS), st.integers(0, 3)), max_size=4
)


def known(side: Side, people: list[Traveller]) -> list[tuple[str, str]]:
    """Collections and ids of what people have, and of all that was announced."""
    found = [("physicians", one.physician_id) for one in people]
    for one in people:
        found.append(("assessments", one.case_id))
        found += [("papers", paper) for paper in side.site.world.papers_of(one.case_id).values()]
    announced = side.site.application.lists.page(SYSTEM, "announcements", {}, limit=200).rows
    return found + [("announcements", str(row["id"])) for row in announced]


def lived(
    name: str, state: str, late: bool, hidden: Doings | None, asked: list[tuple[str, dict[str, Any], int]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """One world: what the caller was told in it, and what betrays that there is something out of sight."""
    side = Side.make()
    own, other = CALLERS[name]
    journeys = side.on(own)
    seen = journeys.newcomer(**({"department_id": journeys.department_id} if name == "operator" else {}))
    journeys.lead(seen, state)
    people: list[Traveller] = []
    if other == "in private":
        clerk = side.site.as_organisation(side.site.world.hospital)
        if hidden is not None:
            side.keep(clerk, hidden)
    elif hidden is not None:
        people = side.happen(side.on(other), hidden)
        if name == "physician":
            people += side.happen(journeys, attrs.evolve(hidden, clinics=0))
    if late:
        journeys.not_before(SITTING_DAY)
        if state == READY:
            journeys.score(seen, Stage.FIRST, humanities=HIGH, professional=LOW)
        journeys.not_before(RESULT_DAY)
        journeys.publish(Stage.FIRST)
    side.site.world.settle()
    caller = side.caller(name, seen)  # a session would not last through the days before
    transcript = Transcript(caller)
    look_around(transcript, side.site.world.cycle_id)
    try_around(transcript, asked)
    look_around(transcript, side.site.world.cycle_id)
    betrayed = [*knock(caller, known(side, people)), *knock_at(caller, hidden_places(side, other))]
    return transcript.lines, betrayed


def hidden_places(side: Side, other: str) -> list[str]:
    """The hospital and the county that the caller does not see; a province, or a colleague, has none such."""
    if other in ("in private", "beside"):
        return []
    world = side.on(other).world
    return [str(office.organisation_id) for office in (world.hospital, world.county)]


def test_every_operation_is_asked_or_left_out_for_a_reason() -> None:
    """What is new in the description is compared, too."""
    assert set(NOT_ASKED) <= {route.operation for route in ROUTES}

    transcript = Transcript(make_site().nobody())
    look_around(transcript, "nowhere")
    told = "\n".join(transcript.lines)
    for route in ROUTES:
        pattern = f"{route.method} " + re.sub(r"\{[a-z]+\}", "[^/ ?]+", route.path) + r"\?"
        assert (re.search(pattern, told) is None) is (route.operation in NOT_ASKED), route.operation


@pytest.mark.parametrize("name", CALLERS)
@settings(max_examples=EXAMPLES)
@given(state=st.sampled_from([*WAY, READY]), late=st.booleans(), hidden=doings, asked=requests)
def test_what_is_out_of_sight_makes_no_difference(
    name: str, state: str, late: bool, hidden: Doings, asked: list[tuple[str, dict[str, Any], int]]
) -> None:
    """Lists, numbers, figures, home page, inbox, history, what may be done, and every refusal."""
    quiet, _ = lived(name, state, late, None, asked)
    busy, betrayed = lived(name, state, late, hidden, asked)

    assert quiet == busy
    assert [] == betrayed

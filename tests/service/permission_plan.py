"""
What the tests of the permission table ask over HTTP, worked out before anything is asked.

A test that asks compares what it has really asked with it; another compares it with everything that there is to ask.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

import attrs
import pytest

from kaohe_service.api.collections import RESERVED
from tests.golden.permissions import Allowed, allowed, permissions
from tests.service.permission_moments import BESIDE, MOMENTS, STATES
from tests.service.permission_places import AT, HELD, PLACE_OF, SEEN_BY, Pair

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"

IMPERSONAL = frozenset({"cycle", "institution", "agency_application", "department"})
IMPERSONAL |= {"enrolment_list", "spot_check", "result_report", "announcement"}
"""Lifecycles whose cases are about no physician."""

SPEECHLESS = frozenset({("affiliation", "deleted"), ("account", "not_activated"), ("account", "disabled")})
"""Lifecycles, and states in which nobody whom the case is about has a session: there is no account that lives."""

WAYS: Mapping[str, str] = {"account": "code", "certificate": "print"}
"""Lifecycle → the address, below a case's, of events that go another way."""

OWN_ACCOUNT = frozenset(
    {
        "set_password",
        "change_password",
        "log_in",
        "use_code",
        "use_first_password",
        "view_photo",
        "reveal",
        "export",
    }
    | {"propose_factor", "confirm_factor", "remove_factor"}
)
"""
Events of the sender's own account, which no address names: see `test_permissions_of_own_accounts`.
"""


def pairs(lifecycle: str, event: str, state: str | None = None) -> frozenset[Pair]:
    """Which roles in which relations the table lets send an event, in a state or in any."""
    return frozenset(
        one[2:] for one in allowed(lifecycle) if one[0] == event and (state is None or one[1] == state)
    )


@cache
def events_of(lifecycle: str) -> frozenset[str]:
    """The events of the table that are sent to a case, by an address that names it."""
    return frozenset(event for event, state, *_ in allowed(lifecycle) if state != "none") - OWN_ACCOUNT


def on_the_way(lifecycle: str, state: str) -> str:
    """The event that the other address sends from a state: a code is the first one, or one anew."""
    events = [
        event for event, way in RESERVED[lifecycle].items() if way.endswith(f"/{{id}}/{WAYS[lifecycle]}")
    ]
    return next((one for one in events if pairs(lifecycle, one, state)), events[0])


def stands(moment: str, lifecycle: str) -> frozenset[tuple[str, str]]:
    """Places and states of the cases that are asked about at a moment: those that are new then."""
    place = PLACE_OF.get(lifecycle, "left" if moment == "end" else "hospital")
    found = {(place, state) for state in STATES[moment].get(lifecycle, ())}
    if moment == next(iter(MOMENTS)):
        found |= {(at, state) for at, states in BESIDE.get(lifecycle, {}).items() for state in states}
    return frozenset(found)


def speaks(caller: str, lifecycle: str, place: str, state: str) -> bool:
    """Whether a caller has a session: whoever a case is about has none where there is nobody, or no account."""
    if caller != "self":
        return True
    return lifecycle not in IMPERSONAL and (lifecycle, state) not in SPEECHLESS


@attrs.frozen
class Ask:
    """A caller sends an event to a case at a place, in a state that it is in at a moment."""

    moment: str
    place: str
    state: str
    caller: str
    event: str

    @property
    def two_by_two(self) -> tuple[tuple[str, ...], ...]:
        """What is combined here, the caller being somebody at a place."""
        caller = (self.place, self.caller)
        return (("event", self.event, *caller), ("state", self.state, *caller), (self.event, self.state))

    def of_table(self) -> frozenset[Allowed]:
        """What the table may say about it."""
        return frozenset((self.event, self.state, *pair) for pair in AT[self.place][self.caller])


def _every_third(lifecycle: str) -> Iterator[tuple[Ask, bool]]:
    """Everything that there is to ask, and whether it is one of three: turn by turn of event, caller and state."""
    on_ways = {event for event, way in RESERVED.get(lifecycle, {}).items() if "/{id}/" in way}
    cases = [(moment, *stand) for moment in MOMENTS for stand in sorted(stands(moment, lifecycle))]
    turns = product(enumerate(cases), enumerate(HELD), enumerate(sorted(events_of(lifecycle))))
    for (first, (moment, place, state)), (second, caller), (third, event) in turns:
        sent = event not in on_ways or event == on_the_way(lifecycle, state)
        if sent and speaks(caller, lifecycle, place, state):
            yield Ask(moment, place, state, caller, event), (first + second + third) % 3 == 0


@cache
def asks(lifecycle: str) -> frozenset[Ask]:
    """
    What is asked: all of it in a deep run; otherwise whatever the table allows, a third of the rest, and of what that
    leaves out so much that any two of event, state and caller come together.
    """
    everything = list(_every_third(lifecycle))
    chosen = {
        ask for ask, turn in everything if DEEP or turn or not allowed(lifecycle).isdisjoint(ask.of_table())
    }
    met = {one for ask in chosen for one in ask.two_by_two}
    for ask, _ in everything:
        if not met.issuperset(ask.two_by_two):
            chosen.add(ask)
            met.update(ask.two_by_two)
    return frozenset(chosen)


@cache
def plan(moment: str, lifecycle: str) -> frozenset[Allowed]:
    """Every event, state, role and relation that is asked about at a moment."""
    return frozenset[Allowed]().union(*(ask.of_table() for ask in asks(lifecycle) if ask.moment == moment))


def proven_by(asked: frozenset[Allowed], lifecycle: str) -> pytest.MarkDecorator:
    """The rows of the permission table of which something is asked, and which are whole."""
    unfinished = {row.operation for row in permissions() if row.planned and not row.outside} | {"-"}
    mine = {row.operation for row in permissions() if row.lifecycle == lifecycle and row.allowed() & asked}
    return pytest.mark.manual(*(f"M: {operation}" for operation in sorted(mine - unfinished)))


ANYBODY = frozenset((role, "any") for role in ("physician", "institution", "administration", "province"))
BELOW = frozenset(
    {
        ("institution", "own"),
        ("agency", "assigned"),
        ("agency", "any"),
        ("administration", "subtree"),
        ("province", "subtree"),
    }
)
OWN_OFFICE = frozenset({("administration", "own")})
SELVES = frozenset((role, "self") for role in ("institution", "administration", "auditor"))

POSSIBLE: Mapping[str, frozenset[Pair]] = dict.fromkeys(
    SEEN_BY, ANYBODY | BELOW | {("physician", "self")}
) | {
    **dict.fromkeys(
        ("department", "agency_application", "enrolment_list", "spot_check", "result_report"), ANYBODY | BELOW
    ),
    "institution": ANYBODY | BELOW | OWN_OFFICE | {("province", "own")},
    "account": ANYBODY | BELOW | OWN_OFFICE | SELVES | {("physician", "self")},
    "cycle": ANYBODY | OWN_OFFICE | {("province", "own")},
    "announcement": ANYBODY | BELOW - {("institution", "own")} | OWN_OFFICE,
}
"""
Lifecycle → the roles and relations that there are to its cases, by hand: a cycle belongs to the province, above which
nobody is; nothing but an administration announces; the province's own account is one of an administration.
"""

_ALL_SELVES = SELVES | {("physician", "self")}
RARE: Mapping[str, frozenset[tuple[str, Pair]]] = {
    "institution": frozenset((state, ("province", "own")) for state in ("incomplete", "closed")),
    "affiliation": frozenset({("deleted", ("physician", "self"))}),
    "account": frozenset((state, pair) for state in ("not_activated", "disabled") for pair in _ALL_SELVES),
}
"""
Lifecycle → states and pairs that do not come together: the province is there, complete, before anything else; who is
deleted, or whose account is not activated or disabled, has no session.
"""

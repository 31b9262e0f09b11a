"""
What each caller is to a case, and who knows of it, by the place where the case lies: written by hand, from the roles.

It is compared with what the service does.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

Pair = tuple[str, str]
"""A role and a relation."""

HELD: Mapping[str, frozenset[Pair]] = {
    "self": frozenset({("physician", "self"), ("physician", "any")}),
    "colleague": frozenset({("physician", "any")}),
    "hospital": frozenset({("institution", "own"), ("institution", "any")}),
    "agency": frozenset({("agency", "assigned"), ("agency", "any"), ("institution", "any")}),
    "county": frozenset({("administration", "subtree"), ("administration", "any")}),
    "city": frozenset({("administration", "subtree"), ("administration", "any")}),
    "province": frozenset(
        (role, relation) for role in ("province", "administration") for relation in ("subtree", "any")
    ),
    "next_door": frozenset({("institution", "any")}),
    "elsewhere": frozenset({("institution", "any")}),
    "other_county": frozenset({("administration", "any")}),
    "auditor": frozenset(),
}
"""
What each caller is to a case of the hospital: its physician, another of its physicians, itself, its agency, its three
administrations; a hospital of the same county; a hospital of another county that is an agency, though not this one's;
that county; and an auditor of the own county.
"""

STRANGERS: Mapping[str, frozenset[Pair]] = dict(HELD) | {
    "self": HELD["colleague"],
    "hospital": HELD["next_door"],
    "agency": HELD["next_door"],
}
"""To what has nothing to do with the hospital, and lies below the same county, city and province."""

_AS_AGENCY: frozenset[Pair] = frozenset({("agency", "assigned"), ("agency", "any")})
_OWN_OFFICE: frozenset[Pair] = frozenset({("administration", "own"), ("administration", "any")})
_ACCOUNT_OF_OFFICE = {"self": _OWN_OFFICE | {("administration", "self")}, "county": _OWN_OFFICE}

AT: Mapping[str, Mapping[str, frozenset[Pair]]] = {
    "hospital": HELD,
    "left": dict(HELD) | {"agency": HELD["next_door"], "county": HELD["county"] | _AS_AGENCY},
    "lonely": dict(STRANGERS) | {"county": HELD["county"] | _AS_AGENCY},
    "reporter": dict(STRANGERS) | {"agency": HELD["hospital"], "county": HELD["county"] | _AS_AGENCY},
    "bureau": dict(STRANGERS)
    | {
        "county": frozenset({("administration", "any")}),
        "other_county": _OWN_OFFICE,
        "city": HELD["city"] | _AS_AGENCY,
    },
    "shared": dict(HELD) | {"self": HELD["hospital"] | {("institution", "self")}},
    "operator": dict(HELD) | {"self": frozenset({("institution", "self")})},
    "county": dict(STRANGERS) | {"county": _OWN_OFFICE, "city": HELD["city"] | _AS_AGENCY},
    "office": dict(STRANGERS) | _ACCOUNT_OF_OFFICE,
    "audit": dict(STRANGERS) | {"self": frozenset({("auditor", "self")}), "county": _OWN_OFFICE},
    "province": {caller: frozenset((role, "any") for role, _ in held) for caller, held in STRANGERS.items()}
    | {
        "province": frozenset(
            (role, relation) for role in ("province", "administration") for relation in ("own", "any")
        )
    },
}
"""
Place → what each caller is to what lies there.

The hospital; the hospital once it has ``left`` its agency, with the end of the entrustment: the county acts as such;
an institution of the county that is ``lonely``, for nobody has assigned an agency to it; the ``reporter`` of a result,
or applicant, which itself is the caller in the agency's place; a ``bureau``, another county of the same city, which
itself is the caller in the other county's place; accounts of the hospital, which several people share or
which an operator of some departments has; the county, with an account of its ``office`` and of its ``audit``; and the
province, above which nobody is.
"""

ABOVE = frozenset({"hospital", "county", "city", "province", "auditor"})
OFFICES = ABOVE - {"hospital"}
PERSONAL = ABOVE | {"self", "agency"}

SEEN_BY: Mapping[str, frozenset[str]] = {
    "affiliation": PERSONAL,
    "assessment": PERSONAL,
    "exemption": PERSONAL,
    "deferral": PERSONAL,
    "evaluation": PERSONAL,
    "recusal": PERSONAL,
    "certificate": PERSONAL,
    "amendment": PERSONAL - {"agency"},
    "cheating": PERSONAL,
    "account": PERSONAL - {"agency"},
    "department": PERSONAL | {"colleague"},
    "institution": PERSONAL | {"colleague"},
    "agency_application": ABOVE,
    "enrolment_list": ABOVE | {"agency"},
    "spot_check": ABOVE | {"agency"},
    "result_review": PERSONAL,
    "result_report": OFFICES | {"agency"},
    "follow_up": PERSONAL,
    "cycle": frozenset(HELD),
    "announcement": ABOVE | {"agency", "next_door"},
}
"""
Lifecycle → the callers who know of its cases; a cycle that was never published is the province's alone, an announcement
of the county that is not published the county's and theirs who see whatever it does.
"""

SEEN_AT: Mapping[str, frozenset[str]] = {
    "lonely": OFFICES,
    "reporter": OFFICES | {"agency"},
    "bureau": frozenset({"other_county", "city", "province"}),
    "county": OFFICES,
    "office": OFFICES | {"self"},
    "audit": OFFICES | {"self"},
    "province": frozenset({"province"}),
}
"""Place → the callers who know of what lies there, whatever it is; elsewhere it depends on the lifecycle."""

FOLLOWED_BY: Mapping[str, frozenset[str]] = dict(SEEN_BY) | {
    "department": PERSONAL,
    "institution": PERSONAL,
    "cycle": frozenset({"province"}),
    "announcement": OFFICES,
}
"""Lifecycle → the callers who are told who did what to its cases: a physician picks a department, no more."""

ITSELF: Mapping[str, str] = {"reporter": "agency", "bureau": "other_county"}
"""Place → the caller who there is the organisation itself, with a session of its own."""

PLACE_OF: Mapping[str, str] = {"cycle": "province", "announcement": "county", "result_report": "reporter"}
"""Lifecycle → the place of its cases; the hospital's otherwise."""

KNOWN_BEYOND = frozenset({"cycle", "announcement"})
"""Lifecycles of which more callers know than those to whom the place belongs."""

KEPT_BY_AGENCY = KNOWN_BEYOND | {"result_report", "agency_application"}
"""Lifecycles of which an agency that is none any more knows what it knew."""

UNPUBLISHED = frozenset({"draft", "discarded"})
"""States of a cycle that the province keeps for itself."""

UNHEARD = frozenset({"suspected", "unmarked"})
"""States of a mark of which the suspect is told nothing: the right to be heard begins with the report."""


@attrs.frozen
class Subject:
    """A case with its state and place, and the physician whom it is about, if any."""

    lifecycle: str
    collection: str
    id: str
    state: str
    physician_id: str | None
    place: str = "hospital"

    def seen_by(self, caller: str) -> bool:
        """Whether a caller knows of it."""
        if self.place == "left" and caller == "agency" and self.lifecycle not in KEPT_BY_AGENCY:
            return False
        if self.lifecycle == "cycle" and self.state in UNPUBLISHED:
            return caller == "province"
        if self.lifecycle == "announcement" and self.state != "published":
            return caller in SEEN_AT.get(self.place, ABOVE)
        if self.lifecycle == "cheating" and caller == "self" and self.state in UNHEARD:
            return False
        if self.place in SEEN_AT and self.lifecycle not in KNOWN_BEYOND:
            return caller in SEEN_AT[self.place]
        return caller in SEEN_BY[self.lifecycle]

    def followed_by(self, caller: str) -> bool:
        """Whether a caller who knows of it may read its history."""
        if self.place in SEEN_AT and self.lifecycle not in KNOWN_BEYOND:
            return True
        return caller in FOLLOWED_BY[self.lifecycle]

    def held(self, caller: str) -> frozenset[Pair]:
        """What a caller is to it."""
        return AT[self.place][caller]

"""
Whose cases take turns within one bulk.

A bulk is decided in one pass over what was stored before it. That is right only while no case of it changes what is
true of another one. Cases that may are sent one after another, each over what the one before has left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kaohe_workflow.application.lines import Line
from kaohe_workflow.application.projection import PERSONAL


def turns(lifecycle: str, event: str, lines: Sequence[Line]) -> list[list[int]]:
    """
    The places of the lines in groups to be sent one group after another; within a group, in one pass.

    Lines that share something come in different groups, in their order: the person whom they are about, a value that
    only one may have, a place in the tree of organisations.
    """
    shared = _SHARED.get(lifecycle, _nothing)(event, lines)
    passed: Counter[Any] = Counter()
    groups: list[list[int]] = []
    for place, key in enumerate(shared):
        turn = passed[key] if key is not None else 0
        passed[key] += 1
        if turn == len(groups):
            groups.append([])
        groups[turn].append(place)
    return groups


Shared = Callable[[str, Sequence[Line]], Sequence[Any]]
"""`(event, lines)` → for each line what it shares with those that it takes turns with; None with nobody."""


def _nothing(_: str, lines: Sequence[Line]) -> Sequence[Any]:
    return [None] * len(lines)


def _person(_: str, lines: Sequence[Line]) -> Sequence[Any]:
    """A late score of a first paper and a score of the make-up exclude each other; so do two applications."""
    return [_named(line, "physician_id") or _named(line, "assessment_id") for line in lines]


def _login(event: str, lines: Sequence[Line]) -> Sequence[Any]:
    return [_named(line, "login") if event in ("create", "enable") else None for line in lines]


def _applicant(event: str, lines: Sequence[Line]) -> Sequence[Any]:
    """One case an institution and cycle, however often its permission is opened at once."""
    return [_named(line, "institution_id") if event == "open_permission" else None for line in lines]


def _population(event: str, lines: Sequence[Line]) -> Sequence[Any]:
    """Samples of one organisation and cycle: the second has the seed of the first."""
    if event not in ("draw_opinions", "draw_results"):
        return [None] * len(lines)
    return [(_named(line, "institution_id"), _named(line, "cycle_id")) for line in lines]


def _number(event: str, lines: Sequence[Line]) -> Sequence[Any]:
    if event in ("add", "amend"):
        identities = [line.item.payload.identity for line in lines]
        return [identity.number if identity is not None else None for identity in identities]
    return [_named(line, "id_number") if event == "restore" else None for line in lines]


def _name(_: str, lines: Sequence[Line]) -> Sequence[Any]:
    """Departments of one institution that have, or are to have, one name: a name that is given up is free."""
    return _joined(
        [
            {
                (_named(line, "institution_id"), name)
                for source in (line.item.payload, line.before and line.before.record)
                if (name := getattr(source, "name", None))
            }
            for line in lines
        ]
    )


def _family(event: str, lines: Sequence[Line]) -> Sequence[Any]:
    """
    Organisations of which one is above another, before or after; those without any above: there is one; and those
    that have, or are to have, one credit code: one that is given up is free.
    """
    if event not in _RELATING:
        return [None] * len(lines)
    here = {line.case_id for line in lines}
    related = []
    for line in lines:
        sources = (line.item.payload, line.before and line.before.record)
        superiors = {id for source in sources if (id := getattr(source, "superior_id", None))}
        codes = {code for source in sources if (code := getattr(source, "credit_code", None))}
        related.append({line.case_id, *(here & superiors), *codes, *(() if superiors else ("root",))})
    return _joined(related)


_RELATING = frozenset({"create", "save_profile", "change_superior", "correct_kind", "close", "reopen"})
"""Events of organisations whose guards look at others of them."""


def _joined(keys: Sequence[Collection[Any]]) -> list[Any]:
    """For each line what it shares with all those that it is joined with through keys, one after another."""
    family: dict[Any, Any] = {}

    def eldest(key: Any) -> Any:
        while family.setdefault(key, key) != key:
            key = family[key]
        return key

    for line in keys:
        first, *others = line or (None,)
        for other in others:
            family[eldest(other)] = eldest(first)
    return [eldest(next(iter(line))) if line else None for line in keys]


def _named(line: Line, attribute: str) -> Any:
    """The attribute of the record; before there is one, of the payload."""
    return getattr(line.before.record if line.before else line.item.payload, attribute, None)


_SHARED: Mapping[str, Shared] = MappingProxyType(
    {
        "account": _login,
        "agency_application": _applicant,
        "affiliation": _number,
        "department": _name,
        "institution": _family,
        "spot_check": _population,
        **dict.fromkeys(PERSONAL, _person),
    }
)

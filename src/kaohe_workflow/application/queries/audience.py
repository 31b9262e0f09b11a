"""
What of a case is told to whom of those who see it: the fields that are not for everybody.

Who sees a case at all is `access.visible`. The number of a person as it was typed says no more than the number itself,
and the code of a certificate is derived from its id: who sees the case has both, so neither is withheld here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.application.access import Principal, Standing, grants, is_the_person
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.terms import Relation

_DECIDERS: Mapping[str, None] = MappingProxyType(dict.fromkeys(("reviewed_by", "rechecked_by")))

WITHHELD: Mapping[str, Mapping[str, Relation | None]] = MappingProxyType(
    {
        "account": MappingProxyType(
            dict.fromkeys(
                (
                    "password_hash",
                    "code_hash",
                    "factor_secret",
                    "factor_proposed",
                    "factor_step",
                    "recovery_hashes",
                )
            )
        ),
        "assessment": MappingProxyType(
            {"draft": Relation.SELF, "draft_opinions": Relation.OWN, **_DECIDERS}
            | dict.fromkeys(("claimed_operator", "decision", "draft_left_at", "reporters", "judges"))
        ),
        "cheating": MappingProxyType(dict.fromkeys(("substitute_id", "finding_id"), Relation.SUBTREE)),
        "cycle": MappingProxyType({"line_hands": None, "windows_hand": None}),
        "exemption": MappingProxyType({"claimed_operator": None, "decision": None, **_DECIDERS}),
        "recusal": MappingProxyType({"account_id": None, "operator_id": None}),
        "deferral": MappingProxyType({"decision": None, **_DECIDERS}),
        "amendment": _DECIDERS,
        "evaluation": MappingProxyType({"deliveries": None, "scores_set_aside": None}),
        "enrolment_list": MappingProxyType({"submitted_by": None, "decided_by": None}),
    }
)
"""
Lifecycle → field of its record → the relation to the case in which one acts who is told it; None: nobody is.

Nobody is told who has reviewed a file, handed in a list or decided on it, which is for the tabs of whoever has; nor by
which names and scores a delivery that comes again is known.

A draft is its writer's alone until it is submitted. Who has sat for another, and for whom, is between the
administrations: neither of the two, nor an institution, is told of the other. What a password or a code is compared
with, and which persons published a pass line, reported a finding, decided, have a file open or are held off, is for
the rules to ask by.
"""


def told_to_nobody(lifecycle: str) -> frozenset[str]:
    """The fields of a record that are for the rules alone, whoever reads the case."""
    return frozenset(name for name, relation in WITHHELD.get(lifecycle, {}).items() if relation is None)


TELLING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"cheating": MappingProxyType({"substitute": "substitute_id", "named_by_sender": "finding_id"})}
)
"""Lifecycle → fact of its chart → the withheld field of which it tells whether there is anything in it."""


NOT_FOR_THEMSELVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"evaluation": frozenset({"photos", "proctored"})}
)
"""
Lifecycle → fields of its record that are not told to the person whom the case is about.

Photos of a sitting are for those who watch it (手册 2.2.9); who is suspected is told in the hearing.
"""


OPENED_TO_THEMSELVES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"cheating": MappingProxyType({"evidence": "opened_evidence"})}
)
"""
Lifecycle → field of its record → the attribute that says what of it is told to the person whom the case is about.

The evidence of a mark is opened with the hearing, that of each new mark with its own.
"""


def told_to(principal: Principal, standing: Standing, case: Case) -> Case:
    """
    The case with what is not for the caller blank; the system, which proves, is told all.

    A blank field has its default, as if nothing had been written yet. ``hands`` are blank for everybody: who has done
    what is told by the history, to those whom it is for.
    """
    if principal.is_system:
        return case
    defaults = attrs.fields_dict(type(case.record))
    blank = {name: defaults[name].default for name in _withheld(principal, standing, case.lifecycle)}
    if is_the_person(principal, standing):
        blank |= {name: defaults[name].default for name in NOT_FOR_THEMSELVES.get(case.lifecycle, ())}
        opened = OPENED_TO_THEMSELVES.get(case.lifecycle, {})
        blank |= {name: getattr(case.record, attribute) for name, attribute in opened.items()}
    return attrs.evolve(case, hands=(), record=attrs.evolve(case.record, **blank))


def untold_facts(principal: Principal, standing: Standing, lifecycle: str) -> frozenset[str]:
    """The facts of the history's steps by which the caller would learn of a field that is withheld."""
    if principal.is_system:
        return frozenset()
    withheld = _withheld(principal, standing, lifecycle)
    return frozenset(fact for fact, field in TELLING.get(lifecycle, {}).items() if field in withheld)


def _withheld(principal: Principal, standing: Standing, lifecycle: str) -> frozenset[str]:
    held = {relation for _, relation in grants(principal, standing)}
    fields = WITHHELD.get(lifecycle, {}).items()
    return frozenset(name for name, relation in fields if relation is None or relation.value not in held)

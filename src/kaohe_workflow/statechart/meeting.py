"""
Who may be the same person: whether two rows can both be open to one sender.
"""

from __future__ import annotations

from collections.abc import Iterable

from kaohe_workflow.statechart.model import By, Vocabulary


def held_with(role: str, vocabulary: Vocabulary | None) -> frozenset[str]:
    """
    Return every role that whoever holds ``role`` may hold as well, itself among them.

    Followed are the roles that a role includes, and those that one body may hold at once.
    """
    held, waiting = {role}, [role]
    while waiting and vocabulary is not None:
        current = waiting.pop()
        further = set(vocabulary.includes.get(current, frozenset()))
        further |= {other for pair in vocabulary.same_body if current in pair for other in pair}
        waiting += further - held
        held |= further
    return frozenset(held)


def may_meet(one: Iterable[By], other: Iterable[By], vocabulary: Vocabulary | None) -> tuple[By, By] | None:
    """
    Return a grant of each side that one sender may hold towards one case, None if there are none.

    Relations are not compared: who is an institution's own user may well be its superior's, and ``any``
    is everybody. So the answer errs towards meeting.
    """
    others = list(other)
    bases = vocabulary.roles if vocabulary is not None else frozenset[str]()
    for left in one:
        for right in others:
            if any(
                {left.role, right.role} <= held_with(base, vocabulary) for base in sorted(bases | {left.role})
            ):
                return left, right
    return None

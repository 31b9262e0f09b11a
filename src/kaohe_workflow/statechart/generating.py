"""
The source text of an engine: two functions for each state and event, one for a case and one for many.

The text is built from validated data alone: row numbers, fact names (checked to be plain names by
`model.Fact`), the `repr` of integers and of checked words. No label, no citation, nothing that a person
wrote freely ever gets into it. What the functions refer to by name (`fired_3_7`, `by_7`, …) is put into
their namespace by `compiling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from kaohe_workflow.statechart.model import Fact, Transition
from kaohe_workflow.statechart.predicates import All, Any, AtLeast, AtMost, FactOneOf, Predicate

CASE = "facts.{}"
"""How the function for one case reaches a fact: an attribute of the object it is given."""

COLUMN = "fact_{}"
"""How the function for many does: a loop variable."""


@attrs.frozen
class Row:
    """
    A row as generated code needs it: its number in the chart and its conditions in normal form.

    ``facts`` are, for each condition, the names it looks at in written order.
    """

    index: int
    transition: Transition
    conditions: tuple[Predicate, ...]
    facts: tuple[tuple[str, ...], ...]


def expression(condition: Predicate, facts: Mapping[str, Fact], reach: str) -> str:
    """
    The Python expression of a condition in normal form.

    Booleans are compared by identity: it is the fastest test, and neither None nor 1 passes for true or
    false.
    """
    match condition:
        case All(parts):
            return _joined(" and ", [expression(part, facts, reach) for part in parts], empty="True")
        case Any(parts):
            return _joined(" or ", [expression(part, facts, reach) for part in parts], empty="False")
        case AtLeast(fact, threshold):
            return f"{reach.format(fact)} >= {threshold!r}"
        case AtMost(fact, threshold):
            return f"{reach.format(fact)} <= {threshold!r}"
        case FactOneOf(fact, values):
            return _one_of(facts[fact], values, reach.format(fact))
    raise TypeError(f"not in normal form: {condition!r}")


def _one_of(fact: Fact, values: Sequence[object], reached: str) -> str:
    if fact.type == "boolean":
        tests = [f"{reached} is {value!r}" for value in values]
        if fact.of_event and values:
            tests.append(f"{reached} is agrees")
        return _joined(" or ", tests, empty="False")
    if len(values) == 1:
        return f"{reached} == {values[0]!r}"
    return f"{reached} in {tuple(values)!r}"


def _joined(word: str, parts: Sequence[str], *, empty: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"({word.join(parts)})" if parts else empty


def case_function(number: int, rows: Sequence[Row], facts: Mapping[str, Fact]) -> str:
    """
    The source of ``decide_<number>(actor, facts, reason)``, which returns Fired or Refused for one
    case.
    """
    lines = [f"def decide_{number}(actor, facts, reason):", "    held = actor.grants"]
    for row in rows:
        conditions = [expression(condition, facts, CASE) for condition in row.conditions]
        tests = [f"not held.isdisjoint(by_{row.index})", *conditions, *_demands(row.transition)]
        lines += [f"    if {' and '.join(tests)}:", f"        return fired_{number}_{row.index}"]
    lines.append("    reasons = []")
    for row in rows:
        lines += _refusal(row, facts)
    lines.append(f"    return Refused(event_{number}, state_{number}, tuple(reasons))")
    return "\n".join(lines)


def _demands(row: Transition) -> list[str]:
    """What a row asks for beside roles and facts."""
    reason = ["stated(reason)"] if row.reason_required else []
    return reason + (["actor.named and not actor.acted"] if row.four_eyes else [])


def _refusal(row: Row, facts: Mapping[str, Fact]) -> Iterable[str]:
    number = row.index
    yield f"    if held.isdisjoint(by_{number}): reasons.append(role_{number})"
    for place, (condition, names) in enumerate(zip(row.conditions, row.facts, strict=True)):
        values = ", ".join(CASE.format(name) for name in names)
        yield f"    if not ({expression(condition, facts, CASE)}):"
        yield f"        reasons.append(unmet_{number}_{place}({values}))"
    if row.transition.reason_required:
        yield f"    if not stated(reason): reasons.append(reason_{number})"
    if row.transition.four_eyes:
        yield f"    if not actor.named or actor.acted: reasons.append(second_{number})"


def bulk_function(number: int, rows: Sequence[Row], facts: Mapping[str, Fact]) -> str:
    """
    The source of ``decide_many_<number>(actor, reason, columns, count)``.

    It returns a list of Fired, None for each case that is refused. What concerns the actor is asked once.
    """
    lines = [f"def decide_many_{number}(actor, reason, columns, count):", "    held = actor.grants"]
    choice = "None"
    for row in reversed(rows):
        conditions = [expression(condition, facts, COLUMN) for condition in row.conditions]
        test = " and ".join([f"open_{row.index}", *conditions])
        choice = f"fired_{number}_{row.index} if {test} else {choice}"
    for row in rows:
        tests = [f"not held.isdisjoint(by_{row.index})", *_demands(row.transition)]
        lines.append(f"    open_{row.index} = {' and '.join(tests)}")
    names = list(dict.fromkeys(name for row in rows for read in row.facts for name in read))
    if names:
        variables = ", ".join(COLUMN.format(name) for name in names)
        columns = ", ".join(f"columns[{name!r}]" for name in names)
        lines.append(f"    return [{choice} for {variables}, in zip({columns}, strict=True)]")
    else:
        lines.append(f"    return [{choice}] * count")
    return "\n".join(lines)

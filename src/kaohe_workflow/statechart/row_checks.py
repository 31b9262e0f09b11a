"""
Checks of rows and guards: what can never happen, and what can happen in two ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kaohe_workflow.statechart.findings import Finding
from kaohe_workflow.statechart.model import By, Transition
from kaohe_workflow.statechart.phrasing import phrase
from kaohe_workflow.statechart.predicates import GuardRef, Predicate, references
from kaohe_workflow.statechart.studying import Study


def guards(study: Study) -> Iterator[Finding]:
    """Guards, and conditions written out in a row, that can never, or always, hold."""
    for guard in study.chart.guards:
        yield from _constant(study, f"guard {guard.name}", guard.line, GuardRef(guard.name), guard.predicate)
    found = _constant_guards(study)
    for index, row in enumerate(study.chart.transitions):
        where, _ = study.row(index)
        for place, condition in enumerate(row.when):
            # What a guard is by its name is said of the guard, once; and a row may well name a guard's opposite.
            if not isinstance(condition, GuardRef) and not found & set(references(condition)):
                yield from _constant(study, f"{where} when[{place}]", row.line, condition, condition)


def _constant(study: Study, where: str, line: int, asked: Predicate, meaning: Predicate) -> Iterator[Finding]:
    """Whether a predicate is the same for all facts; ``meaning`` is how it is written in the chart."""
    if study.witness(where, line, [asked], given_up={}) is None:
        yield Finding("guard-never", where, f"can never hold: {phrase(meaning, study.chart)}", line=line)
    elif study.witness(where, line, [], [[asked]], given_up={}) is None:
        yield Finding("guard-always", where, f"always holds: {phrase(meaning, study.chart)}", line=line)


def _constant_guards(study: Study) -> set[str]:
    return {
        guard.name
        for guard in study.chart.guards
        if any(_constant(study, f"guard {guard.name}", guard.line, GuardRef(guard.name), guard.predicate))
    }


def never_fires(study: Study) -> Iterator[Finding]:
    """Rows whose conditions exclude each other; one that never holds alone is a finding of its own."""
    dead = {finding.where for finding in guards(study) if finding.kind == "guard-never"}
    for index, row in enumerate(study.chart.transitions):
        where, _ = study.row(index)
        alone = {f"guard {name}" for predicate in row.when for name in references(predicate)}
        alone |= {f"{where} when[{place}]" for place in range(len(row.when))}
        if not study.fires(index) and not alone & dead:
            yield Finding(
                "never-fires", where, f"can never hold together: {_together(study, row.when)}", line=row.line
            )


def _together(study: Study, predicates: tuple[Predicate, ...]) -> str:
    return " ∧ ".join(phrase(predicate, study.chart) for predicate in predicates)


def nobody_admitted(study: Study) -> Iterator[Finding]:
    """Rows that nobody can send; a state that only such rows lead out of is a finding of its own."""
    for index, row in enumerate(study.chart.transitions):
        if not study.sendable(index) and not all(study.locked(leaf) for leaf in row.sources):
            where, _ = study.row(index)
            message = (
                "admits only automatic roles, which never pass four_eyes" if row.by else "admits no role"
            )
            yield Finding("no-role-can-send", where, message, line=row.line)


def shadowed(study: Study) -> Iterator[Finding]:
    """Rows from which earlier rows take the event in each of their states."""
    for index, row in enumerate(study.chart.transitions):
        if row.sources and all(study.shadowed(leaf, index) for leaf in row.sources):
            where, _ = study.row(index)
            earlier = ", ".join(str(other) for other in study.rivals(row.sources[0], index))
            witness = study.witness(where, row.line, row.when, given_up={})
            yield Finding(
                "shadowed-row", where, f"row {earlier} is tried first and always fires", witness, row.line
            )


def overlapping(study: Study) -> Iterator[Finding]:
    """
    Pairs of rows with different consequences that one sender could fire in one state for the same
    facts.
    """
    seen: set[tuple[int, int]] = set()
    for leaf in study.chart.leaves:
        for (first, one), (second, other) in combinations(study.chart.rows_from(leaf), 2):
            same = one.event != other.event or (one.target, one.do) == (other.target, other.do)
            if same or (first, second) in seen:
                continue
            seen.add((first, second))
            if study.shadowed(leaf, second) or study.meet(one.by, other.by) is None:
                continue
            where = f"rows {first} and {second} ({one.event})"
            witness = study.witness(where, other.line, [*one.when, *other.when])
            if witness is not None:
                ends = f"to {one.target or leaf} or to {other.target or leaf}"
                yield Finding("overlapping-rows", where, f"both fire in {leaf}: {ends}", witness, other.line)


def labels(study: Study) -> Iterator[Finding]:
    """Events that one sender would see under two labels in one state."""
    seen: set[tuple[int, int]] = set()
    for leaf in study.chart.leaves:
        for (first, one), (second, other) in combinations(study.chart.rows_from(leaf), 2):
            if one.event != other.event or one.label == other.label or (first, second) in seen:
                continue
            seen.add((first, second))
            if study.meet(one.by, other.by):
                message = f"in {leaf} it is labelled both {one.label!r} and {other.label!r}"
                yield Finding("labels-differ", f"event {one.event}", message, line=other.line)


def finals(study: Study) -> Iterator[Finding]:
    """Rows that leave a final state unannounced, or announce it and do not."""
    for index, row in enumerate(study.chart.transitions):
        where, _ = study.row(index)
        final = [leaf for leaf in row.sources if study.chart.by_name[leaf].final]
        left = [leaf for leaf in final if row.target is not None and row.target != leaf]
        if left and not row.reopens:
            message = f"leaves the final state {left[0]} and does not say reopens"
            yield Finding("leaves-final", where, message, {"state": left[0]}, row.line)
        if row.reopens and not final:
            yield Finding("reopens-nothing", where, "none of its sources is final", line=row.line)


def submits_and_decides(study: Study) -> Iterator[Finding]:
    """
    Rows that decide on what the same person may have submitted.

    For each row marked ``decides`` without ``four_eyes``, the rows that bring a case to its sources are
    looked at. If one sender may hold a grant for both, by one role, by a role that includes the other,
    or by two roles that one body may hold, then nothing keeps that person from deciding on their own
    submission. Two decisions of one role in a row are no such case, nor is taking a decision of one's role back,
    and automatic roles are no persons.
    """
    for index, row in enumerate(study.chart.transitions):
        if not row.decides or row.four_eyes:
            continue
        for other, before in enumerate(study.chart.transitions):
            both = _submitted(study, before, row)
            if both is not None:
                where, _ = study.row(index)
                submitted, _ = study.row(other)
                witness = {"state": before.target, "submits": str(both[0]), "decides": str(both[1])}
                message = f"may be sent by the person who sent {submitted}; four_eyes would refuse it"
                yield Finding("submits-and-decides", where, message, witness, row.line)
                break


def _submitted(study: Study, before: Transition, row: Transition) -> tuple[By, By] | None:
    """Grants by which one person may bring a case to a row and then send that row."""
    if before.target not in row.sources or before.sources == (before.target,):
        return None
    automatic = study.vocabulary.automatic if study.vocabulary is not None else frozenset[str]()
    persons = [by for by in row.by if by.role not in automatic]
    for by in before.by:
        decided = before.decides or _takes_back(study, before, by)
        others = [other for other in persons if not (decided and other.role == by.role)]
        if by.role not in automatic and (both := study.meet([by], others)):
            return both
    return None


def _takes_back(study: Study, row: Transition, by: By) -> bool:
    """Whether a row leads, from each of its sources, to where a decision of that role has left for that source."""
    return all(
        any(
            one.decides
            and one.target == source
            and row.target in one.sources
            and by.role in {other.role for other in one.by}
            for one in study.chart.transitions
        )
        for source in row.sources
    )

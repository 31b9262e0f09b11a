"""
From a tree of located nodes to a `Statechart`, or every problem at once.

Facts and their values are read by `fact_reading`; the keys of the format stand in `keys`.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence

import attrs

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.statechart.fact_reading import read_fact, read_threshold, read_value, read_values
from kaohe_workflow.statechart.keys import COMPARISONS, KEYS
from kaohe_workflow.statechart.model import (
    INITIAL,
    By,
    Deadline,
    Fact,
    Guard,
    State,
    Statechart,
    Transition,
    Vocabulary,
)
from kaohe_workflow.statechart.naming import circular_guards
from kaohe_workflow.statechart.nodes import NOTHING, Log, Node, Place, flag_at, text_at, texts_at
from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Predicate,
)


def read_chart(
    root: Node, source: str, vocabulary: Vocabulary | None = None, noted: Sequence[Problem] = ()
) -> Statechart:
    """
    Read a chart from its nodes.

    Args:
        root: the whole document.
        source: what problems call it, a file name as a rule.
        vocabulary: the roles and relations that rows may name; None admits any.
        noted: what whoever made the nodes has found wrong already; it is reported with the rest.

    Raises:
        DefinitionError: with every problem found, each with source, line and path.
    """
    log = Log(source, [*noted])
    chart = _Reader(Place(root, "$", log), vocabulary).chart()
    if log.problems:
        raise DefinitionError(log.problems)
    return chart


class _Reader:
    """Reads one document from the top: facts first, then what refers to them."""

    def __init__(self, root: Place, vocabulary: Vocabulary | None) -> None:
        self.root = root
        self.vocabulary = vocabulary
        self.facts: dict[str, Fact] = {}
        self.guards: dict[str, Guard] = {}
        self.guard_names: frozenset[str] = frozenset()
        self.states: dict[str, Place] = {}
        self.outline = Statechart("", 0, "", INITIAL, (), ())

    def chart(self) -> Statechart:
        fields = self.root.fields(KEYS["chart"])
        nothing = Place(NOTHING, "$", Log(""))  # problems of missing keys are noted already

        def at(key: str) -> Place:
            return fields.get(key, nothing)

        version = at("version").integer()
        if version is not None and version < 1:
            at("version").note("version-invalid", "versions count from 1")
        self._read_facts_and_guards(fields)
        states = tuple(self._state(name, place) for name, place in at("states").named().items())
        initial = at("initial").name()
        self.outline = Statechart(at("chart").name(), version or 0, at("label").text(), initial, states, ())
        if initial and initial not in self.outline.leaves:
            at("initial").note("unknown-name", f"{initial!r} is neither {INITIAL!r} nor a leaf")
        rows = tuple(self._row(place) for place in at("transitions").items())
        self._check_deadlines({row.event for row in rows})
        return attrs.evolve(
            self.outline,
            transitions=rows,
            facts=tuple(self.facts.values()),
            guards=tuple(self.guards.values()),
            cites=texts_at(fields, "cites"),
        )

    def _read_facts_and_guards(self, fields: Mapping[str, Place]) -> None:
        facts = fields["facts"].named() if "facts" in fields else {}
        guards = fields["guards"].named() if "guards" in fields else {}
        for name, place in facts.items():
            if keyword.iskeyword(name):
                place.note("name-invalid", f"a fact cannot be named {name!r}: the word is reserved")
            else:
                self.facts[name] = read_fact(name, place)
        for name in facts.keys() & guards.keys():
            guards[name].note("duplicate", f"{name!r} is a fact already; facts and guards share their names")
        self.guard_names = frozenset(guards)
        for name, place in guards.items():
            self.guards[name] = self._guard(name, place)
        for name in circular_guards({name: guard.predicate for name, guard in self.guards.items()}):
            guards[name].note("guard-cycle", f"guard {name!r} needs itself")

    def _guard(self, name: str, place: Place) -> Guard:
        fields = place.fields(KEYS["guard"])
        label = fields["label"].text() if "label" in fields else ""
        return Guard(name, label, self._of_fields(place, fields), texts_at(fields, "cites"), place.node.line)

    def _predicate(self, place: Place) -> Predicate:
        if isinstance(place.node.value, Mapping):
            return self._of_fields(place, place.fields(KEYS["predicate"]))
        return self._of_name(place)

    def _of_name(self, place: Place) -> Predicate:
        name = place.name()
        if name in self.guard_names:
            return GuardRef(name)
        fact = self.facts.get(name)
        if fact is None:
            if name:
                place.note("unknown-name", f"no guard and no fact {name!r}")
            return All(())
        if fact.type != "boolean":
            place.note("not-boolean", f"fact {name!r} is {fact.type}: say what it is compared with")
        return FactIs(name, True)

    def _of_fields(self, place: Place, fields: Mapping[str, Place]) -> Predicate:
        kinds = [kind for kind in ("fact", "all", "any", "not") if kind in fields]
        compared = [word for word in COMPARISONS if word in fields]
        if len(kinds) != 1 or (kinds != ["fact"] and compared):
            place.note("predicate-form", "exactly one of fact, all, any, not is wanted")
            return All(())
        inner = fields[kinds[0]]
        match kinds[0]:
            case "not":
                return Not(self._predicate(inner))
            case "fact":
                return self._comparison(place, inner, {word: fields[word] for word in compared})
        parts = tuple(self._predicate(part) for part in inner.items())
        if not parts:
            inner.note("empty", "at least one part is wanted")
        return All(parts) if kinds[0] == "all" else Any(parts)

    def _comparison(self, place: Place, named: Place, compared: Mapping[str, Place]) -> Predicate:
        name = named.name()
        fact = self.facts.get(name)
        if fact is None or fact.type == "instant":
            if name:
                why = f"no fact {name!r}" if fact is None else f"{name!r} is an instant: for deadlines only"
                named.note("unknown-name" if fact is None else "instant-in-guard", why)
            return All(())
        match tuple(compared):
            case ("is",):
                return FactIs(name, read_value(fact, compared["is"]))
            case ("one_of",):
                return FactOneOf(name, read_values(fact, compared["one_of"]))
            case ("at_least",):
                return AtLeast(name, read_threshold(fact, compared["at_least"]))
            case ("at_most",):
                return AtMost(name, read_threshold(fact, compared["at_most"]))
            case ("at_least", "at_most"):
                least, most = (read_threshold(fact, compared[word]) for word in ("at_least", "at_most"))
                return All((AtLeast(name, least), AtMost(name, most)))
        place.note("predicate-form", "is, one_of, at_least, at_most, or the last two together are wanted")
        return All(())

    def _state(self, name: str, place: Place) -> State:
        if name == INITIAL or name in self.states:
            place.note("duplicate", f"there is a state {name!r} already")
        self.states[name] = place
        fields = place.fields(KEYS["state"])
        inside = tuple(
            self._state(inner, there)
            for inner, there in (fields["states"].named().items() if "states" in fields else ())
        )
        if "states" not in fields:
            _check_leaf(place, fields)
        elif not inside:
            fields["states"].note("empty", "at least one state is wanted inside")
        elif "final" in fields:
            fields["final"].note("state-form", "only a leaf can be final")
        initial = fields["initial"].name() if "initial" in fields else None
        if initial and inside and initial not in {state.name for state in inside}:
            fields["initial"].note("unknown-name", f"no state {initial!r} directly inside {name!r}")
        return State(
            name,
            label=text_at(fields, "label"),
            short=text_at(fields, "short"),
            cites=texts_at(fields, "cites"),
            final=flag_at(fields, "final"),
            states=inside,
            initial=initial,
            deadline=self._deadline(fields["deadline"]) if "deadline" in fields else None,
            line=place.node.line,
        )

    def _deadline(self, place: Place) -> Deadline:
        fields = place.fields(KEYS["deadline"])
        if ("parameter" in fields) == ("at" in fields):
            place.note("deadline-form", "exactly one of parameter and at is wanted")
        event = fields["event"].name() if "event" in fields else ""
        parameter = fields["parameter"].name() if "parameter" in fields else None
        at = fields["at"].name() if "at" in fields else None
        if at and (at not in self.facts or self.facts[at].type != "instant"):
            fields["at"].note("unknown-name", f"no fact {at!r} of type instant")
        return Deadline(event, parameter, at)

    def _check_deadlines(self, events: set[str]) -> None:
        for name, state in self.outline.by_name.items():
            if state.deadline and state.deadline.event not in events:
                self.states[name].note(
                    "unknown-name", f"no row for the deadline's event {state.deadline.event!r}"
                )

    def _row(self, place: Place) -> Transition:
        fields = place.fields(KEYS["transition"])
        written, sources = self._sources(fields["from"]) if "from" in fields else ((), ())
        if "reason" in fields:
            fields["reason"].word(["required"])
        by = tuple(self._by(each) for each in fields["by"].items()) if "by" in fields else ()
        if "by" in fields and not by:
            fields["by"].note("empty", "at least one role is wanted")
        return Transition(
            event=fields["event"].name() if "event" in fields else "",
            label=text_at(fields, "label"),
            sources=sources,
            target=self._target(fields["to"]) if "to" in fields else None,
            by=by,
            when=tuple(self._predicate(each) for each in fields["when"].items()) if "when" in fields else (),
            do=fields["do"].names() if "do" in fields else (),
            reason_required="reason" in fields,
            four_eyes=flag_at(fields, "four_eyes"),
            decides=flag_at(fields, "decides"),
            reopens=flag_at(fields, "reopens"),
            cites=texts_at(fields, "cites"),
            written=written,
            line=place.node.line,
        )

    def _sources(self, place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sources as written, and the leaves that they mean."""
        one = isinstance(place.node.value, str)
        written = tuple(filter(None, [place.name()] if one else place.names()))
        if not one and not written:
            place.note("empty", "at least one state is wanted")
        for name in written:
            if name not in self.outline.by_name:
                place.note("unknown-name", f"no state {name!r}")
        leaves = {leaf for name in written for leaf in self.outline.leaves_of(name)}
        return written, tuple(leaf for leaf in self.outline.leaves if leaf in leaves)

    def _target(self, place: Place) -> str | None:
        name: str | None = place.name()
        if not name:
            return None
        if name == INITIAL or name not in self.outline.by_name:
            place.note("unknown-name", f"no state {name!r} to go to")
            return None
        while name and (state := self.outline.by_name[name]).states:
            if state.initial not in self.outline.by_name:
                place.note("initial-missing", f"{name!r} is compound and names no initial state to enter")
                return None
            name = state.initial
        return name

    def _by(self, place: Place) -> By:
        fields = place.fields(KEYS["by"])
        role = fields["role"].name() if "role" in fields else ""
        relation = fields["relation"].name() if "relation" in fields else ""
        if self.vocabulary is not None:
            for key, name, known in (
                ("role", role, self.vocabulary.roles),
                ("relation", relation, self.vocabulary.relations),
            ):
                if name and name not in known:
                    fields[key].note("unknown-name", f"no {key} {name!r} (known: {', '.join(sorted(known))})")
        return By(role, relation)


def _check_leaf(place: Place, fields: Mapping[str, Place]) -> None:
    if "label" not in fields:
        place.note("missing-key", "'label' is missing")
    if "initial" in fields:
        fields["initial"].note("state-form", "a leaf has no state inside to start in")

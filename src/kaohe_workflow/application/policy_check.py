"""
The check of policies against charts: names exist, the system may send, nothing of the system is never sent, no loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kaohe_workflow.application.binding import place_of
from kaohe_workflow.application.policies import Policy
from kaohe_workflow.errors import Problem
from kaohe_workflow.statechart.model import Statechart, Transition

SYSTEM = "system"

Outside = Mapping[tuple[str, str], str]
"""(Lifecycle, event) → who sends it as the system, if no policy and no deadline does."""

FROM_OUTSIDE: Outside = {
    ("institution", "create"): "who installs the system, once: the first organisation has none above it",
    ("institution", "accept_first_password"): "the start of a service: who runs it says who takes the risk",
    ("account", "miss_first_password"): "the log-in: who gives a wrong password is nobody yet",
    ("account", "reset_factor"): "who installs the system: nobody is above the first organisation",
    ("account", "issue_code"): "who installs the system: nobody is above the first organisation",
    ("account", "reset"): "who runs the system: nobody is above the first organisation",
    ("evaluation", "record_score"): "an evaluation platform, over its signed addresses or upon the library",
    ("evaluation", "deliver_start"): "an evaluation platform, as above",
    ("evaluation", "deliver_hand_in"): "an evaluation platform, as above",
    ("evaluation", "record_photo"): "an evaluation platform, as above",
    (
        "evaluation",
        "drop_photos",
    ): "the retention of photos, once a day: their time is that of the assessment",
}
"""What is sent as the system by those who hold the library, not by the library itself."""


def check_policies(
    policies: Sequence[Policy],
    charts: Mapping[str, Statechart],
    selectors: Mapping[str, Collection[str]],
    outside: Outside = FROM_OUTSIDE,
) -> tuple[Problem, ...]:
    """
    Return every problem of the policies, none if they are sound.

    ``charts`` are the newest of each lifecycle, ``selectors`` the known names by how a policy sends (`once`, `job`).
    Every row that admits the system is sent by a policy, by a deadline of each state that it leads from, or is
    declared in ``outside``, and nothing is declared for nothing. A loop is decided over events and states: a policy
    follows from another if some row of the event that the other sends may answer its *when*.
    """
    problems = [problem for policy in policies for problem in _names(policy, charts, selectors)]
    if problems:
        return tuple(problems)
    return (
        *_duplicates(policies),
        *_misplaced(policies),
        *_unsent(policies, charts, outside),
        *_loops(policies, charts),
    )


def _names(
    policy: Policy, charts: Mapping[str, Statechart], selectors: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    chart = charts.get(policy.lifecycle)
    if chart is None:
        yield Problem(policy.at("when"), "lifecycle-unknown", f"there is no lifecycle {policy.lifecycle!r}")
    else:
        yield from _when(policy, chart, policy.at("when"))
    target = charts.get(policy.send_lifecycle)
    if target is None:
        yield Problem(
            policy.at("send"), "lifecycle-unknown", f"there is no lifecycle {policy.send_lifecycle!r}"
        )
    else:
        yield from _sends(policy, target, policy.at("send"))
    if policy.how != "retime" and policy.selector not in selectors.get(policy.how, ()):
        message = f"there is no selector {policy.selector!r} for what is sent {policy.how!r}"
        yield Problem(policy.at("to"), "selector-unknown", message)


def _misplaced(policies: Sequence[Policy]) -> Iterator[Problem]:
    """A job waits for one that stands above it, so that it has been noted by then, and none waits for itself."""
    above = set[str]()
    for policy in policies:
        if policy.after is not None and (policy.how != "job" or policy.after not in above):
            message = f"only a job is `after` another, which stands above it; there {policy.after!r} is none"
            yield Problem(policy.at("after"), "after-misplaced", message)
        if policy.how == "job":
            above.add(policy.name)


def _when(policy: Policy, chart: Statechart, where: str) -> Iterator[Problem]:
    for event in policy.events:
        if event not in chart.events:
            yield Problem(where, "event-unknown", f"{policy.lifecycle} has no event {event!r}")
    for state in (*policy.entered, *policy.left):
        if state not in chart.leaves:
            yield Problem(where, "state-unknown", f"{policy.lifecycle} has no state {state!r}")


def _sends(policy: Policy, target: Statechart, where: str) -> Iterator[Problem]:
    rows = [row for row in target.transitions if row.event == policy.send_event]
    if not rows:
        yield Problem(where, "event-unknown", f"{target.name} has no event {policy.send_event!r}")
    elif not any(_by_system(row) for row in rows):
        yield Problem(where, "system-not-admitted", f"no row of {policy.send_event!r} admits the system")
    elif policy.how == "retime" and policy.send_event not in _deadline_events(target):
        yield Problem(where, "no-deadline", f"no deadline of {target.name} sends {policy.send_event!r}")


def _by_system(row: Transition) -> bool:
    return any(by.role == SYSTEM for by in row.by)


def _deadline_events(chart: Statechart) -> frozenset[str]:
    return frozenset(event for events in _deadlines(chart).values() for event in events)


def _deadlines(chart: Statechart) -> Mapping[str, frozenset[str]]:
    """Leaf → the events that its deadlines send, its own and those of the states around it."""
    return {
        leaf: frozenset(
            deadline.event
            for name in chart.paths[leaf]
            if (deadline := chart.by_name[name].deadline) is not None
        )
        for leaf in chart.leaves
    }


def _duplicates(policies: Sequence[Policy]) -> Iterator[Problem]:
    seen = set[str]()
    for policy in policies:
        if policy.name in seen:
            yield Problem(policy.at(), "policy-duplicate", "two policies have this name")
        seen.add(policy.name)


def _unsent(
    policies: Sequence[Policy], charts: Mapping[str, Statechart], outside: Outside
) -> Iterator[Problem]:
    """Rows that admit the system and that nothing sends as the system; and what is declared and is no such row."""
    sent = {(policy.send_lifecycle, policy.send_event) for policy in policies if policy.how != "retime"}
    needed = set[tuple[str, str]]()
    for chart in charts.values():
        timed = _deadlines(chart)
        for row in chart.transitions:
            key = (chart.name, row.event)
            silent = [source for source in row.sources if row.event not in timed[source]]
            if not _by_system(row) or key in sent or not silent:
                continue
            needed.add(key)
            if key not in outside:
                message = f"the row admits the system, and from {', '.join(silent)} nothing ever sends it"
                yield Problem(_place(chart, row), "never-sent", message)
    for lifecycle, event in sorted(set(outside) - needed):
        message = "declared as sent from outside, and needs no such declaration"
        yield Problem(f"{lifecycle}.{event}", "declared-for-nothing", message)


def _place(chart: Statechart, row: Transition) -> str:
    return f"{place_of(chart, row.line)} {chart.name}.{row.event}"


def _loops(policies: Sequence[Policy], charts: Mapping[str, Statechart]) -> Iterator[Problem]:
    named = {policy.name: policy for policy in policies}
    follows = {
        policy.name: [other.name for other in policies if _may_answer(other, policy, charts)]
        for policy in policies
    }
    done = set[str]()

    def walk(name: str, path: tuple[str, ...]) -> Iterator[Problem]:
        if name in path:
            loop = " → ".join((*path[path.index(name) :], name))
            yield Problem(named[name].at(), "policy-loop", f"follows from itself: {loop}")
        elif name not in done:
            for other in follows[name]:
                yield from walk(other, (*path, name))
            done.add(name)

    for policy in policies:
        yield from walk(policy.name, ())


def _may_answer(policy: Policy, cause: Policy, charts: Mapping[str, Statechart]) -> bool:
    """Whether some row of the event that ``cause`` sends may make ``policy`` answer."""
    if policy.lifecycle != cause.send_lifecycle or cause.how == "retime":
        return False
    if policy.events and cause.send_event not in policy.events:
        return False
    for row in charts[policy.lifecycle].transitions:
        if row.event != cause.send_event or not _by_system(row):
            continue
        for source in row.sources:
            target = source if row.target is None else row.target
            moved = source != target
            enters = not policy.entered or (target in policy.entered and moved)
            leaves = not policy.left or (source in policy.left and moved and target not in policy.left)
            if enters and leaves:
                return True
    return False

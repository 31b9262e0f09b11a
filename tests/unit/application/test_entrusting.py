"""In which cycles who is assigned acts."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.entrusting import Entrusted, acts_in


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize(
    ("state", "while_running", "afterwards"),
    [
        ("approved", True, True),
        ("correcting", True, True),
        ("expired", False, True),
        ("refused", False, True),
        ("submitted", False, True),
        (None, False, True),
        ("disqualified", False, False),
    ],
)
def test_who_is_entrusted_acts(
    state: str | None, while_running: bool, afterwards: bool, running: bool
) -> None:
    """
    In a cycle that runs, whose application for it stands; of an archived one whoever is assigned now does what is left,
    but for who has lost the status in it.
    """
    states = [] if state is None else [state]

    assert (while_running if running else afterwards) == acts_in("cycle", states, lambda _: running)


def test_what_stands_needs_no_look_at_the_cycle() -> None:
    """The common case asks nothing more."""

    def asked(cycle_id: str) -> bool:
        raise AssertionError(cycle_id)

    assert acts_in("cycle", ["approved"], asked)


def test_who_is_an_agency_elsewhere_is_missing_here() -> None:
    """Nobody is missing where all cycles have the same agencies, and in a cycle without any everybody is."""
    entrusted = Entrusted({"first": frozenset("ab"), "second": frozenset("bc")})

    assert [("c",), ("a",), ("a", "b", "c")] == [
        entrusted.missing_in(cycle) for cycle in ("first", "second", "third")
    ]
    assert () == Entrusted({}).missing_in("first")

"""
How fast the kernel decides, refuses, bulk-decides, compiles and checks, beside its peers.

    python -m bench.kernel [rounds]

Peers are measured in turns, so that a slow moment of the machine falls on all of them; shown are medians. Not a test:
figures differ from machine to machine, and only those of one run compare.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter

import attrs

from bench.peers import ACTORS, CHART, SCRIPT, Case, Peer, peers
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.statechart.checking import check
from kaohe_workflow.statechart.compiling import compile_chart

CASES = 100_000


def main(rounds: int) -> None:
    """Measure and print."""
    compare(list(peers()), rounds)
    print()
    for name, seconds in alone(rounds).items():
        print(f"{name:<52} {seconds * 1e6:10.2f} µs")
    print(f"{'memory of a case in a list':<52} {bytes_a_case():10.0f} bytes")


def compare(engines: list[Peer], rounds: int) -> None:
    """Print accepted events a second of every engine, and how that compares with the library transitions."""
    measured: dict[str, list[float]] = {engine.name: [] for engine in engines}
    for _ in range(rounds):
        for engine in engines:
            measured[engine.name].append(engine.events_a_second())
    medians = {name: median(values) for name, values in measured.items()}
    yardstick = medians["transitions, shared machine"]
    print(f"{'engine':<30} {'events/s':>12} {f'{CASES:,} cases × {len(SCRIPT)}':>22} {'× transitions':>14}")
    for name, speed in sorted(medians.items(), key=lambda pair: -pair[1]):
        whole = CASES * len(SCRIPT) / speed
        print(f"{name:<30} {speed:12,.0f} {whole:20.2f} s {speed / yardstick:14.1f}")


def alone(rounds: int) -> dict[str, float]:
    """Seconds of each thing that only this kernel does."""
    engine = compile_chart(CHART)
    early = Case(window="before", complete=False)
    never_same = iter([Case(years=-number) for number in range(CASES)])
    assessment = load_charts(charts_root(), VOCABULARY)["assessment"][1]

    def refuse() -> None:
        for _ in range(1000):
            engine.decide("draft", "submit", ACTORS["i"], early)

    def refuse_anew() -> None:
        for _, case in zip(range(1000), never_same, strict=False):
            engine.decide("reviewed", "approve", ACTORS["p"], case)

    def explain() -> None:
        for _ in range(1000):
            engine.explain("submitted", ACTORS["i"], early)

    return {
        "a refusal with all three reasons": timed(refuse, rounds) / 1000,
        "a refusal for values never seen before": timed(refuse_anew, rounds) / 1000,
        "explain a state with three events": timed(explain, rounds) / 1000,
        "compile this chart (10 states, 16 rows)": timed(lambda: compile_chart(CHART), rounds),
        "check this chart": timed(lambda: check(CHART), rounds),
        f"check the assessment ({len(assessment.leaves)} leaves, {len(assessment.transitions)} rows)": timed(
            lambda: check(assessment, VOCABULARY), rounds
        ),
    }


def timed(run: Callable[[], object], rounds: int) -> float:
    """Median of several runs."""
    seconds = []
    for _ in range(max(rounds, 3)):
        started = perf_counter()
        run()
        seconds.append(perf_counter() - started)
    return median(seconds)


def bytes_a_case() -> float:
    """What a population costs: the object with its state and facts, and its place in a list."""
    tracemalloc.start()
    cases = [attrs.evolve(Case()) for _ in range(CASES)]
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / len(cases)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

"""How a grouped write goes one after the other where it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaohe_workflow.application.stored import Written


def waves(steps: Sequence[Written]) -> Iterator[Sequence[Written]]:
    """The steps in order, cut so that no part holds two of one case: a grouped statement sees each row once."""
    if len({(step.after.lifecycle, step.after.id) for step in steps}) == len(steps):
        yield steps
        return
    wave: dict[tuple[str, str], Written] = {}
    for step in steps:
        key = (step.after.lifecycle, step.after.id)
        if key in wave:
            yield list(wave.values())
            wave = {}
        wave[key] = step
    yield list(wave.values())

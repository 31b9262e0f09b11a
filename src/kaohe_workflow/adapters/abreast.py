"""
Tasks that mostly wait for others over the network, side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

WIDTH = 8
"""How many receivers are waited for at a time."""


def abreast(tasks: Sequence[Callable[[], int]]) -> Iterable[int]:
    """
    Do all of them, up to `WIDTH` at a time, and then tell what each came to.

    The first error is raised when all have ended.
    """
    if len(tasks) < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(WIDTH, thread_name_prefix="kaohe-outgoing") as pool:
        futures = [pool.submit(task) for task in tasks]
    return [future.result() for future in futures]

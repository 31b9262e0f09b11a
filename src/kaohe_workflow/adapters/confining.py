"""
What a child process does before it parses a file from outside. It imports nothing: a child is started for every file.
"""

from __future__ import annotations

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
OUT_OF_MEMORY = 3
"""Exit code of a child when the parser asked for more memory than it gets, and could say so."""


def confine() -> None:
    """Give up memory, processor time and core files beyond need, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows has none; the checks before and the parent's clock remain.
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # A lower limit is already set, or the system refuses this one.
            continue

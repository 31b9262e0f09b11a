"""
Whether this process runs, and whether it can work.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call


def show_alive(call: Call) -> Answer:
    """The process answers."""
    return Answer(data={"ok": True})


def show_ready(call: Call) -> Answer:
    """
    The store answers and has the schema of this version.

    Raises:
        StoreUnavailable: it does not, or it has not.
    """
    call.application.store.ready()
    return Answer(data={"ok": True})

"""
The home page: windows, what waits, how far it is, whom to call.
"""

from __future__ import annotations

from typing import Any

from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.queries.home import CycleAtHome
from kaohe_workflow.application.queries.rates import Rate

_RATES = ("registered", "reviewed", "finished")


def show_home(call: Call) -> Answer:
    """The home page of the caller: the cycle that it begins with, if any runs, also stands by itself."""
    application = call.application
    home = application.home.show(call.caller)

    def plain(cycle: CycleAtHome) -> dict[str, Any]:
        fields: dict[str, Any] = application.codec.unstructure(cycle)
        return fields | {name: plain_rate(getattr(cycle, name)) for name in _RATES}

    whole: dict[str, Any] = application.codec.unstructure(home)
    current = plain(home.current) if home.current is not None else None
    return Answer(data=whole | {"current": current, "cycles": [plain(cycle) for cycle in home.cycles]})


def plain_rate(rate: Rate) -> dict[str, int | None]:
    """A rate as plain data."""
    return {"done": rate.done, "all": rate.all, "percent": rate.percent}

"""
The home page: windows, what waits, how far it is, whom to call.
"""

from __future__ import annotations

from typing import Any

from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.queries.home import Rate


def show_home(call: Call) -> Answer:
    """The home page of the caller."""
    application = call.application
    home = application.home.show(call.caller)
    plain: dict[str, Any] = application.codec.unstructure(home)
    rates = {name: plain_rate(getattr(home, name)) for name in ("registered", "reviewed", "finished")}
    return Answer(data=plain | rates)


def plain_rate(rate: Rate) -> dict[str, int | None]:
    """A rate as plain data."""
    return {"done": rate.done, "all": rate.all, "percent": rate.percent}

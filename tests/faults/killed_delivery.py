"""
A process that delivers what is on its way, as the service does, and kills itself as a kill -9 from outside would; run
by `test_killed_deliveries.py`.

    python -m tests.faults.killed_delivery URL KEYS NOW MOMENT MAIL HOOKS CERTIFICATE

MOMENT is `sent:N` (the N-th message is with its receiver, and nothing noted of it) or `noted:N` (it is noted, and
nobody told). MAIL and HOOKS are ports of this machine.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_store
from kaohe_workflow.application.notices.delivering import Deliveries
from kaohe_workflow.application.stored import Channel, Dispatch
from tests.faults.outgoing import carriers
from tests.faults.places import Wrapped


@attrs.define
class Counted:
    """What is sent and noted, and at which of them the process dies."""

    moment: str
    sent: int = 0

    def reached(self, what: str) -> None:
        if self.moment == f"{what}:{self.sent}":
            os.kill(os.getpid(), signal.SIGKILL)

    def committed(self) -> None:
        # The first commit takes what is due, each one after it notes what was sent.
        if self.sent:
            self.reached("noted")


@attrs.frozen
class Dying:
    """A carrier behind which the process may die."""

    carrier: Any
    counted: Counted

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        self.carrier.carry(channel, dispatch)
        self.counted.sent += 1
        self.counted.reached("sent")


def main(url: str, keys_text: str, now: str, moment: str, mail: str, hooks: str, certificate: str) -> None:
    clock, counted = SettableClock(datetime.fromisoformat(now)), Counted(moment)
    found = carriers(clock, int(mail), int(hooks), certificate)
    dying: Any = {kind: Dying(carrier, counted) for kind, carrier in found.items()}
    store: Any = Wrapped(open_store(url, Keys.parse(keys_text)), committed=counted.committed)
    Deliveries(store, clock, dying).deliver()


if __name__ == "__main__":
    main(*sys.argv[1:])

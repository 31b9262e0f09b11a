"""
What it costs to roll a province over: the next cycle published, and every physician's next case opened by its job.

The store is one that `kaohe seed --province --share …` has made; each run adds a cycle to it, so measure a copy. Shown
is the processor time of this process for each physician, the time that passed, and what that comes to for the 145,100
physicians of a province, were it all the same. The database server of PostgreSQL takes its own time besides, which
only what passed tells. ``--profile`` prints where the time of this process goes instead.

    KAOHE_HOME=… python -m bench.rollover [--database URL] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
from contextlib import closing
from time import perf_counter, process_time

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.values.terms import AccountKind, OrganisationKind
from kaohe_workflow.values.windows import CycleWindows, Window

PHYSICIANS = 145_100
"""Of the manual's province."""

DECADE = 10
"""Years between the cycle of the seed, or the last one made here, and the next: so that no dates overlap."""


def province_of(application: Application) -> Principal:
    """The province's administration, as a named person."""
    with application.store.begin(write=False) as unit:
        (case,) = unit.find("institution", [Where("kind", "eq", OrganisationKind.PROVINCE.value)])
    return Principal(
        account_id="bench",
        kind=AccountKind.ORGANISATION,
        organisation_id=case.id,
        organisation_kind=OrganisationKind.PROVINCE,
        path=case.record.path,
        operator_id="bench",
    )


def next_cycle(application: Application) -> CreateCycle:
    """A cycle like the newest one, some years later."""
    with application.store.begin(write=False) as unit:
        newest = max(unit.find("cycle", []), key=lambda case: case.record.first_day).record
    windows = {
        name: Window(_later(window.opens_at), _later(window.closes_at)) if window is not None else None
        for name, window in attrs.asdict(newest.windows, recurse=False).items()
    }
    return CreateCycle(
        newest.institution_id,
        "再下一周期",
        _later(newest.first_day),
        _later(newest.last_day),
        CycleWindows(**windows),
    )


def _later(when):  # type: ignore[no-untyped-def]  # a day or an instant, each stays what it is
    day = 28 if (when.month, when.day) == (2, 29) else when.day
    return when.replace(year=when.year + DECADE, day=day)


def roll_over(application: Application) -> int:
    """Publish the next cycle and work until nothing waits; how many cases it has."""
    province = province_of(application)
    made = application.door.send(province, "cycle", None, "create", next_cycle(application))
    application.door.send(province, "cycle", made.id, "publish")
    while application.timers.work():
        pass
    with application.store.begin(write=False) as unit:
        where = [Where("cycle_id", "eq", made.id)]
        return unit.count("assessment", Scope.everything(), where).get((), 0)


def main() -> int:
    """Roll over once and say what it cost."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    add_database(parser)
    parser.add_argument("--profile", action="store_true", help="where the time of the process goes")
    arguments = parser.parse_args()
    application = open_from(arguments)
    with closing(application.store):
        if arguments.profile:
            profile = cProfile.Profile()
            profile.runcall(roll_over, application)
            pstats.Stats(profile).sort_stats("tottime").print_stats(40)
            return 0
        before, used = perf_counter(), process_time()
        opened = roll_over(application)
        passed, used = perf_counter() - before, process_time() - used
    load = os.getloadavg()[0]
    print(f"{opened} physicians: {used / opened * 1e6:.0f} µs of this process each, {passed:.1f} s passed")
    print(f"{PHYSICIANS} of them: {used / opened * PHYSICIANS:.0f} s of this process; load {load:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

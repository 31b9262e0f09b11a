"""
``kaohe sweep``: send the events that time alone decides, and do the jobs that wait.

The service does the same by itself; the command is for installations that run it from a timer.
"""

from __future__ import annotations

import argparse

from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.errors import KaoheError, StoreUnavailable


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "sweep",
        help="send what time alone decides, and do waiting jobs",
        description="Send the events whose deadlines have come, do the jobs that wait, and print how many of each. The"
        " service does so by itself; this is for installations that run it from a timer. An older schema is brought up"
        " to date.",
    )
    add_database(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be cleared away, and change nothing",
    )
    parser.set_defaults(run=sweep)


def sweep(arguments: argparse.Namespace) -> int:
    """Sweep deadlines, work off jobs, then clear away files that nothing names and what was kept for long enough."""
    application = open_from(arguments)
    timers, attachments = application.timers, application.attachments
    retention, orphans = application.retention, application.orphans
    if arguments.dry_run:
        expired = retention.expired()
        print(f"{expired.errands} results of bulk jobs and {expired.dispatches} dispatches would go")
        due = application.photo_retention.due()
        print(f"photos of {len(due)} papers would go")
        for one in due:
            print(f"  {one.paper_id}: {one.photos} photos, of a result of {one.concluded_on.isoformat()}")
        print(
            f"{attachments.count_unused()} files that no case names and {orphans.count()} that nothing knows would go"
        )
        return 0
    done: dict[str, int] = {}
    failures = []
    tasks = {"deadlines": timers.sweep, "jobs": timers.work}
    tasks |= {"photos": application.photo_retention.clear_away, "files": attachments.clear_away}
    tasks |= {"expired": retention.clear_away, "orphans": orphans.clear_away}
    for name, task in tasks.items():
        try:
            done[name] = task()
        except StoreUnavailable:
            raise
        except KaoheError as ex:
            # What one case is in the way of is no reason to leave the other undone.
            failures.append(ex)
    print(", ".join(f"{count} {name}" for name, count in done.items()))
    for failure in failures:
        raise failure
    return 0

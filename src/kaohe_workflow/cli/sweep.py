"""
``kaohe sweep``: send the events that time alone decides, and do the jobs that wait.

The service does the same by itself; the command is for installations that run it from a timer.
"""

from __future__ import annotations

import argparse

from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database, open_from


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
    parser.set_defaults(run=sweep)


def sweep(arguments: argparse.Namespace) -> int:
    """Sweep deadlines, then work off jobs; print how many of each."""
    timers = open_from(arguments).timers
    print(f"{timers.sweep()} deadlines, {timers.work()} jobs")
    return 0

"""
``kaohe demo``: one assessment cycle on synthetic people, from the physician list to the certificates.

It runs from any directory that holds a roster, a script and the scores of two sittings (see `directory`), on SQLite or
PostgreSQL, and then serves what it made. Nobody of such a directory is known to the code; the cycle, its windows and
pass lines are the demonstration's own (see `timetable`).
"""

from __future__ import annotations

import argparse

from kaohe_workflow.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="run one assessment cycle on synthetic data and serve it (演示)",
        description="Run one assessment cycle from a directory, print what came of it, and serve it on"
        " 127.0.0.1:$PORT (8000). A run that was cut off goes on when it is started again on its database.",
    )
    parser.add_argument("--run", dest="only_run", action="store_true", help="only run; do not serve")
    parser.add_argument("--input", metavar="DIR", help="the directory to run from (default: one of our own)")
    parser.add_argument(
        "--database", metavar="URL", help="SQLAlchemy URL (default: a new SQLite file in KAOHE_HOME)"
    )
    parser.add_argument("--report", metavar="FILE", help="write the report as JSON, with full ID numbers")
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    from kaohe_workflow.cli.demo.command import demo  # rich and SQLAlchemy only when they are needed

    return demo(arguments)

"""
``kaohe verify``: decide every step again, follow the chain of hashes, compare with the rows.
"""

from __future__ import annotations

import argparse

from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database, open_from

SHOWN = 50
"""How many findings are printed; the exit code tells of all."""


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("verify", help="verify the history of a database")
    add_database(parser)
    parser.set_defaults(run=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Verify, print what was proven and each finding; 0 if there is none, 1 if there is."""
    verified = open_from(arguments).verification.run()
    print(f"{verified.cases} cases, {verified.steps} steps, {verified.refusals} refusals")
    for finding in verified.findings[:SHOWN]:
        print(finding)
    if len(verified.findings) > SHOWN:
        print(f"… and {len(verified.findings) - SHOWN} more")
    print("verified" if not verified.findings else f"{len(verified.findings)} findings")
    return 1 if verified.findings else 0

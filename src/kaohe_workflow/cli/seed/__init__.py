"""``kaohe seed``: fill an empty database with a province of synthetic people, as large as a real one."""

from __future__ import annotations

from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database
from kaohe_workflow.cli.seed.command import seed


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "seed",
        help="fill an empty database with a province of synthetic people",
        description="Make a province in an empty database: administrations, institutions of real sizes, physicians,"
        " and the files of a cycle that runs today, on their way through registration and review. Everything goes"
        " through the same rules as when people do it, dated some weeks back. Nobody in it is real. It ends with"
        " accounts to log in to, each with its one-time activation code.",
    )
    parser.add_argument(
        "--province", action="store_true", required=True, help="145,100 physicians at 34,888 institutions"
    )
    parser.add_argument(
        "--share", metavar="SHARE", default="1", help="a part of it, such as 0.01 (default: 1, all of it)"
    )
    add_database(parser)
    parser.set_defaults(run=seed)

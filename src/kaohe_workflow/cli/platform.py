"""
``kaohe platform``: the keys with which evaluation platforms sign what they deliver.

A secret is printed once, when it is made, and to nobody again; it lies sealed in the database.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime, timedelta

from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.platforms import OVERLAP
from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.values.windows import CHINA

MOST_DAYS = 90


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "platform",
        help="make, change and end the keys of evaluation platforms",
        description="Keys with which evaluation platforms sign what they deliver. A secret is printed once.",
    )
    ways = parser.add_subparsers(dest="way", metavar="WAY", required=True)
    adding = ways.add_parser("add", help="make a key for a platform")
    adding.add_argument("platform", help="name of the platform: lower-case letters, digits, hyphens")
    rotating = ways.add_parser("rotate", help="make the next key; the present ones end after some days")
    rotating.add_argument("platform", help="name of the platform")
    rotating.add_argument(
        "--overlap-days",
        type=_days,
        default=OVERLAP.days,
        metavar="N",
        help=f"how long the present keys still sign, 0 to {MOST_DAYS} (%(default)s)",
    )
    ending = ways.add_parser("end", help="end a key at once")
    ending.add_argument("key", help="id of the key")
    listing = ways.add_parser("list", help="tell the keys, without their secrets")
    for one in (adding, rotating, ending, listing):
        add_database(one)
    parser.set_defaults(run=platform)


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(text)
    return days


def platform(arguments: argparse.Namespace) -> int:
    """
    Do what is asked and print what follows from it.

    Raises:
        InputInvalid: ``platform-malformed``.
        NotFound: no such platform, or no such key.
    """
    application = open_from(arguments)
    with closing(application.store):
        platforms = application.platforms
        if arguments.way == "add":
            _tell(platforms.add(arguments.platform))
        elif arguments.way == "rotate":
            _tell(platforms.rotate(arguments.platform, timedelta(days=arguments.overlap_days)))
        elif arguments.way == "end":
            platforms.end(arguments.key)
        else:
            for key in platforms.all_keys():
                print(f"{key.id}  {key.platform}  {_day(key.created_at)}起  {_end(key)}")
    return 0


def _tell(key: PlatformKey) -> None:
    print(
        f"平台：{key.platform}\n密钥编号：{key.id}\n密钥：{key.secret}\n密钥只显示这一次，请交给平台妥善保管"
    )


def _end(key: PlatformKey) -> str:
    return f"{_day(key.ends_at)}止" if key.ends_at is not None else "有效"


def _day(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"

"""
``kaohe verify``: decide every step again, follow the chain of hashes, compare with the rows.

Nothing is made: neither a database where there is none, nor its tables, nor keys.
"""

from __future__ import annotations

import argparse
import os
from contextlib import closing

from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.wiring import PROVINCE, RECORDS, load_catalogue, open_contents
from kaohe_workflow.application.accounts.first_password import warning
from kaohe_workflow.application.verification import Verification, Verified
from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.databases import check_database, told_in_chinese
from kaohe_workflow.cli.installation import (
    add_database,
    attachment_folder,
    database_of,
    keys,
    named_home,
    place_of_database,
    place_of_keys,
)
from kaohe_workflow.errors import InputInvalid, Problem, StoreUnavailable
from kaohe_workflow.values.windows import local_date

SHOWN = 50
"""How many findings are printed; the exit code tells of all."""


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="verify the history of a database",
        description="Decide every step again from its recorded facts, follow the chain of hashes, and compare"
        " everything that lies in the database with it. Nothing is changed or made. 0: nothing found; 1: findings, a"
        " line each; 2: there is nothing to verify.",
    )
    add_database(parser)
    parser.set_defaults(run=verify)


def verify(arguments: argparse.Namespace) -> int:
    """
    Verify, print what was proven and each finding; 0 if there is none, 1 if there is.

    Raises:
        DefinitionError: keys, charts, policies or parameters are wrong.
        InputInvalid: there is no such database, it cannot be used, or it is not of these keys; with where it was named.
    """
    folder = named_home()
    url = arguments.database or os.environ.get("KAOHE_DATABASE") or database_of(folder)
    place = place_of_database(arguments.database)
    check_database(url, place)
    with told_in_chinese(place, place_of_keys(folder)):
        used, codec = keys(folder), JsonCodec()
    secrets = KeyedSecrets(used)
    with closing(SqlStore(url, records=RECORDS, codec=codec, secrets=secrets)) as store:
        _check_ready(store, place)
        catalogue = load_catalogue(os.environ.get("KAOHE_PROVINCE") or PROVINCE)
        contents = open_contents(url, used, attachment_folder(url, folder))
        verified = Verification(store, catalogue, codec, secrets, contents).run()
    if verified.cases and not verified.opened:
        message = "没有一条记录能用这套密钥核对，数据库不是用它建立的：请检查 KAOHE_KEYS 与 KAOHE_HOME"
        raise InputInvalid([Problem(place_of_keys(folder), "keys-unfit", message)])
    if (said := warning(catalogue, local_date(SystemClock().now()))) is not None:
        print(said)
    return _print(verified)


def _check_ready(store: SqlStore, place: str) -> None:
    try:
        store.ready()
    except StoreUnavailable as ex:
        message = "数据库中没有本版本的数据表：请检查地址是否写错；旧版本的数据库先用 kaohe sweep 升级"
        raise InputInvalid([Problem(place, "schema-unknown", message)]) from ex


def _print(verified: Verified) -> int:
    print(f"{verified.cases} cases, {verified.steps} steps, {verified.refusals} refusals")
    for finding in verified.findings[:SHOWN]:
        print(finding)
    if len(verified.findings) > SHOWN:
        print(f"… and {len(verified.findings) - SHOWN} more")
    print("verified" if not verified.findings else f"{len(verified.findings)} findings")
    return 1 if verified.findings else 0

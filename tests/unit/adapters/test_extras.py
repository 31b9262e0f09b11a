"""The plain package: what needs an extra says which, and the rest works without it."""

from __future__ import annotations

import subprocess
import sys


def _said(absent: str, code: str) -> str:
    """What a program prints in a process of its own, in which a module is not installed."""
    program = f"""
import sys

sys.modules[{absent!r}] = None
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.errors import DefinitionError

try:
    {code}
except DefinitionError as ex:
    print(*(f"{{one.path}} {{one.code}}: {{one.message}}" for one in ex.problems))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


def test_an_application_opens_without_what_prints() -> None:
    """The printer is asked for when something is printed: only then is it an error that it is not there."""
    opened = "application = open_application('memory:', Keys.fresh()); "
    said = _said("segno", opened + "print('open'); application.certificates.printer.pdf(None)")

    assert "open\nsegno not-installed: install kaohe-workflow[certificates] to print" == said


def test_a_database_without_its_driver_says_what_to_install() -> None:
    """PostgreSQL needs the extra ``postgres``, as the command line says as well."""
    said = _said("psycopg", "open_application('postgresql+psycopg://kaohe@127.0.0.1/kaohe', Keys.fresh())")

    assert said.startswith("psycopg not-installed: ")
    assert "kaohe-workflow[postgres]" in said

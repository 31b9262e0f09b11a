"""
The ``kaohe`` command: finds the sub-command, runs it, turns errors into exit codes.

A sub-command is a module (or package) of this folder with one function ``add(subparsers)``, which adds
its parser and sets ``run`` on it::

    def add(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("sweep", help="send what time alone decides")
        parser.set_defaults(run=sweep)

    def sweep(arguments: argparse.Namespace) -> int: ...

Only the module of the command that was typed is imported: ``kaohe --help`` must not pay for SQLAlchemy.

Exit codes: 0 done, 1 the command's own "no" (a check found something), 2 wrong use or a `KaoheError`, 70 an error of
this program, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kaohe_workflow.errors import (
    DefinitionError,
    InputInvalid,
    KaoheError,
    NotFound,
    RecordDamaged,
    StoreUnavailable,
)

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Subparsers = Any


COMMANDS: Mapping[str, str] = {
    "demo": "run one assessment cycle on synthetic data and serve it (演示)",
    "province": "make the province's administration, whom nobody is above, or reset its account",
    "platform": "make, change and end the keys of evaluation platforms",
    "seed": "fill an empty database with a province of synthetic people",
    "serve": "serve the API",
    "chart": "check and draw statecharts, release a version",
    "doctor": "look an installation over: settings, keys, permissions, database, clock, disk (体检)",
    "verify": "verify the history: every step legal, every hash in its chain",
    "sweep": "send the events that time alone decides",
}
"""Name of the command and of its module in this folder → its line in ``kaohe --help``."""


INTERNAL = 70
"""An error of this program, as `sysexits.h` numbers it."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command line and return its exit code.

    ``argv`` is the command line without the program's name; None means that of the process.

    Raises:
        SystemExit: ``--help`` and ``--version`` (0), and what argparse cannot read (2).
    """
    _survive_any_terminal()
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = _parser(words).parse_args(words)
    return exit_code_of(lambda: _run(arguments))


def _survive_any_terminal() -> None:
    """What is printed holds Chinese; where it cannot be shown, a character becomes its number instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: argparse.Namespace) -> int:
    from kaohe_workflow.cli.environment import check_environment

    check_environment()
    code: int = arguments.run(arguments)
    return code


def exit_code_of(run: Callable[[], int]) -> int:
    """Run a command; its errors become a line each on stderr and the exit codes of this module."""
    try:
        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KaoheError as ex:
        _complain(ex)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (`kaohe chart show … | head`): nobody is left to tell, and the flush at exit
        # must not fail a second time.
        _close_stdout()
        return 141
    except OSError as ex:
        from kaohe_workflow.cli.causes import cause_of

        _close_stdout()
        place = f"{ex.filename}: " if ex.filename is not None else ""
        print(f"kaohe: {place}{cause_of(ex)} [{type(ex).__name__}]", file=sys.stderr)
        return 2
    except Exception as ex:
        # 1 means findings. What an error says may hold personal data; where it comes from does not.
        where = traceback.extract_tb(ex.__traceback__)[-1]
        place = f"{where.filename.rpartition(os.sep)[2]}:{where.lineno}"
        print(f"kaohe: 内部错误 {type(ex).__name__}（{place}），请报告给维护者", file=sys.stderr)
        return INTERNAL
    return code


def _close_stdout() -> None:
    """What cannot be written must not fail a second time when Python flushes at its exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    from kaohe_workflow.cli.parsing import FIRST_STEPS, Parser

    parser = Parser(
        prog="kaohe",
        description="China's periodic physician assessment (医师定期考核) as checked statecharts.",
        epilog=FIRST_STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="show the version and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    # No option of ``kaohe`` itself takes a value, so the first bare word is the command.
    chosen = next((word for word in words if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        if name == chosen:
            importlib.import_module(f"{__name__}.{name}").add(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


class _ShowVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        # Reading the installed metadata costs more than all the rest of start-up together.
        from importlib.metadata import version

        print(f"kaohe {version('kaohe-workflow')}")
        parser.exit()


def _complain(error: KaoheError) -> None:
    if isinstance(error, DefinitionError | InputInvalid):
        for problem in error.problems:
            told = str(problem)
            if problem.code == "yaml-syntax":
                # The library of YAML says what is wrong in English; that it is the syntax it says to nobody.
                told = told.replace(f"{problem.path}: ", f"{problem.path}: YAML语法有误：", 1)
            print(f"kaohe: {told}", file=sys.stderr)
    elif isinstance(error, NotFound):
        print(f"kaohe: 没有找到 {error.kind} {error.id!r} [{error.code}]", file=sys.stderr)
    elif isinstance(error, StoreUnavailable):
        # Only here: whoever asks for help does not wait for it to be loaded.
        from kaohe_workflow.cli.causes import cause_of

        message = f"数据库没有响应：{cause_of(error)}；正在进行的一步没有生效，请排除后再试"
        print(f"kaohe: {message} [{error.code}]", file=sys.stderr)
    elif isinstance(error, RecordDamaged):
        message = f"{error.lifecycle} {error.id} 的记录读不出来：请用 kaohe verify 查明，用备份恢复"
        print(f"kaohe: {message} [{error.code}]", file=sys.stderr)
    else:
        print(f"kaohe: {error} [{error.code}]", file=sys.stderr)

"""
The directory that a demonstration runs from: a roster, a script, and the scores of two sittings.

Everything is read, and refused if it cannot be used, before any database is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from typing import TypeVar

import attrs

from kaohe_workflow.adapters.sheets.csv_text import read_csv
from kaohe_workflow.adapters.sheets.limits import MAXIMUM_FILE_BYTES
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.intake.roster import RosterPreview, preview_roster
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.scores import ScorePreview, preview_scores
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.demo.script import SCRIPT, ScriptLine, read_script
from kaohe_workflow.cli.demo.timetable import IMPORT_DAY
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.resident_id import normalise
from kaohe_workflow.values.terms import Stage

ROSTER = "roster.xlsx"
RESULTS: Mapping[Stage, str] = {Stage.FIRST: "results_first.csv", Stage.MAKEUP: "results_makeup.csv"}

_Value = TypeVar("_Value")


@attrs.frozen
class Roster:
    """The physician list as it was delivered, and what an import on the day of import makes of it."""

    data: bytes = attrs.field(repr=False)
    preview: RosterPreview

    @property
    def people(self) -> Mapping[str, RosterRow]:
        """The good rows by normalised number, in the order of the sheet."""
        return {row.id_number: row for row in self.preview.good}


@attrs.frozen
class Results:
    """The scores of one sitting as they were delivered, and what they say."""

    data: bytes = attrs.field(repr=False)
    preview: ScorePreview


@attrs.frozen
class Directory:
    """
    Everything a run is told.

    ``script`` holds the first line of each good row by its number; ``stray_lines`` are the others, each with why
    it is left aside.
    """

    roster: Roster
    script: Mapping[str, ScriptLine]
    stray_lines: tuple[tuple[ScriptLine, str], ...]
    results: Mapping[Stage, Results]


def read_directory(folder: Traversable) -> Directory:
    """
    Read the four files.

    Raises:
        InputInvalid: every problem of the first file that cannot be used, with its place: the file is missing or no
            sheet, headings are missing, or a word of the script is none.
    """
    _check_folder(folder)
    data = _data(folder, ROSTER)
    roster = Roster(data, _placed(ROSTER, lambda: preview_roster(read_sheets(data), IMPORT_DAY)))
    text = _data(folder, SCRIPT)
    lines = _placed(SCRIPT, lambda: read_script(read_csv(text, SCRIPT)))
    script, stray = _matched(lines, roster.people)
    results = {stage: _results(folder, name) for stage, name in RESULTS.items()}
    return Directory(roster, script, stray, results)


def _results(folder: Traversable, name: str) -> Results:
    data = _data(folder, name)
    return Results(data, _placed(name, lambda: preview_scores(read_sheets(data))))


def _check_folder(folder: Traversable) -> None:
    try:
        found = folder.is_dir()
    except OSError as ex:
        raise _unreadable(str(folder), "directory-unreadable", "目录", ex) from ex
    if not found:
        message = "目录不存在或不是目录，请更正 --input"
        raise InputInvalid([Problem(str(folder), "directory-missing", message)])


def _data(folder: Traversable, name: str) -> bytes:
    file, place = folder.joinpath(name), f"{folder}/{name}"
    try:
        if not file.is_file():
            raise _no_file(folder, name)
        with file.open("rb") as stream:
            # One byte more tells the reader that it is too large, without filling the memory.
            return bytes(stream.read(MAXIMUM_FILE_BYTES + 1))
    except OSError as ex:
        raise _unreadable(place, "file-unreadable", "文件", ex) from ex


def _no_file(folder: Traversable, name: str) -> InputInvalid:
    """Nothing of this name, or something that is no file: a directory, or a pipe that nobody may ever fill."""
    if any(entry.name == name for entry in folder.iterdir()):
        problem = Problem(f"{folder}/{name}", "file-expected", "这不是普通文件，请换成文件")
    else:
        problem = Problem(f"{folder}/{name}", "file-missing", "目录中缺少该文件")
    return InputInvalid([problem])


def _unreadable(place: str, code: str, kind: str, error: OSError) -> InputInvalid:
    return InputInvalid([Problem(place, code, f"{kind}无法读取：{cause_of(error)}；请更正权限或路径")])


def _placed(name: str, read: Callable[[], _Value]) -> _Value:
    """The value of a reader; its problems get the file's name before their place."""
    try:
        return read()
    except InputInvalid as ex:
        raise InputInvalid(
            [
                attrs.evolve(problem, path=" ".join((name, problem.path.removeprefix("$"))).strip())
                for problem in ex.problems
            ]
        ) from ex


def _matched(
    lines: tuple[ScriptLine, ...], people: Mapping[str, RosterRow]
) -> tuple[dict[str, ScriptLine], tuple[tuple[ScriptLine, str], ...]]:
    numbers = {normalise(number): number for number in people}
    script: dict[str, ScriptLine] = {}
    stray = []
    for line in lines:
        number = numbers.get(line.id_number)
        if number is None:
            stray.append((line, "名单中没有该证件号码的有效行"))
        elif number in script:
            stray.append((line, f"与第{script[number].row}行为同一人，以第{script[number].row}行为准"))
        else:
            script[number] = line
    return script, tuple(stray)

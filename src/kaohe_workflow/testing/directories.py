"""
Directories that a demonstration can run from, with what must come of them: other people, scores and faults each time.

The same seed and shape give the same bytes. What must come of a directory is computed by `stories`, which knows the
rules and nothing of the system.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import attrs

from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.roster_faults import FAULTS, as_typed
from kaohe_workflow.testing.stories import Story, end_of, is_score
from kaohe_workflow.testing.story_telling import random_story
from kaohe_workflow.testing.workbooks import (
    HEADING_ALIASES,
    ROSTER_FIELDS,
    Content,
    Formula,
    roster_cells,
    roster_workbook,
)

SCRIPT_COLUMNS = (
    "id_number",
    "name",
    "department",
    "level",
    "enrol",
    "submits",
    "procedure",
    "ground",
    "good_record_on",
    "good_record_level",
    "simplified_refused_first",
    "institution",
    "agency",
    "exemption",
    "humanities",
    "professional",
    "makeup",
    "makeup_humanities",
    "makeup_professional",
    "expected_state",
    "expected_stage",
)
PAPER_LABELS = {"humanities": "医学人文", "professional": "业务水平专业知识"}
STAGE_LABELS = {"results_first.csv": "首次考核", "results_makeup.csv": "补考"}
_SCORE_HEADINGS = ("证件号码", "姓名", "试卷名称", "考核阶段", "成绩")
_STRANGERS_FROM = 900_000


@attrs.frozen(kw_only=True)
class Shape:
    """How the files of a directory are written; the rows' order is always shuffled."""

    title: str | None = "医师名单"
    blank_rows_before: int = 0
    sheets_before: tuple[str, ...] = ()
    shuffled_columns: bool = False
    aliases: bool = False
    formulas: bool = False
    script_encoding: str = "utf-8"
    results_encoding: str = "gb18030"
    faults: bool = True
    strays: bool = True


@attrs.frozen(kw_only=True)
class Outcome:
    """
    What a report of the directory must say.

    ``bad_rows`` are (row, code), ``physicians`` (state, stage) by normalised number, ``unexpected`` (file, row).
    """

    bad_rows: frozenset[tuple[int, str]]
    physicians: Mapping[str, tuple[str, str | None]]
    unexpected: frozenset[tuple[str, int]]
    enrolled: int
    submitted: int
    entered_awaiting_makeup_approval: int
    refused_simplified_attempts: int

    @property
    def end_states(self) -> dict[str, int]:
        """How many are in each state."""
        return dict(Counter(state for state, _ in self.physicians.values()))


@attrs.frozen
class Generated:
    """The files of a directory, by name, and what must come of it."""

    files: Mapping[str, bytes]
    outcome: Outcome

    def write(self, folder: Path) -> Path:
        """Write the files into a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder


def random_stories(seed: int, count: int) -> list[Story]:
    """Give ``count`` stories of different people, by chance."""
    random = Random(seed)
    return [random_story(random, person) for person in people(count, start=seed * 1000)]


def directory_of(stories: Sequence[Story], seed: int = 1, shape: Shape | None = None) -> Generated:
    """Make a directory of stories, with the faults and strays that its shape wants."""
    writing = _Writing(Random(seed), shape or Shape(), list(stories))
    return Generated(writing.files(), writing.outcome())


class _Writing:
    """Writes the files and notes which rows are bad or unexpected; used once."""

    def __init__(self, random: Random, shape: Shape, stories: list[Story]) -> None:
        self._random = random
        self._shape = shape
        self._stories = stories
        self._ends = [end_of(story) for story in stories]
        self._strangers = list(people(len(FAULTS) + 4, start=_STRANGERS_FROM))
        self._bad: set[tuple[int, str]] = set()
        self._unexpected: set[tuple[str, int]] = set()

    def files(self) -> dict[str, bytes]:
        return {
            "roster.xlsx": self._roster(),
            "cycle_script.csv": self._script(),
            "results_first.csv": self._results("results_first.csv"),
            "results_makeup.csv": self._results("results_makeup.csv"),
        }

    def outcome(self) -> Outcome:
        told = list(zip(self._stories, self._ends, strict=True))
        return Outcome(
            bad_rows=frozenset(self._bad),
            physicians={story.person.id_number: (end.state, end.stage) for story, end in told},
            unexpected=frozenset(self._unexpected),
            enrolled=sum(end.state != "not_enrolled" for _, end in told),
            submitted=sum(end.submitted for _, end in told),
            entered_awaiting_makeup_approval=sum(end.entered_makeup for _, end in told),
            refused_simplified_attempts=sum(end.refused_simplified for _, end in told),
        )

    def _roster(self) -> bytes:
        rows = [(self._cells(story), "", story.person.id_number) for story in self._stories]
        if self._shape.faults:
            for person, (code, spoil) in zip(self._strangers, FAULTS, strict=False):
                rows.append((spoil(roster_cells(person)), code, person.id_number))
            twin = self._stories[0].person
            rows.append((roster_cells(twin), "", twin.id_number))
        self._random.shuffle(rows)
        first = self._shape.blank_rows_before + (self._shape.title is not None) + 2
        seen: set[str] = set()
        for row, (_, code, number) in enumerate(rows, first):
            # Of two rows with one number the later is the bad one, whichever was meant.
            found = code or ("duplicate" if number in seen else "")
            if found:
                self._bad.add((row, found))
            seen.add(number)
        return roster_workbook(
            [cells for cells, _, _ in rows],
            headings=self._headings(),
            title=self._shape.title,
            blank_rows_before=self._shape.blank_rows_before,
            sheets_before=self._shape.sheets_before,
        )

    def _cells(self, story: Story) -> dict[str, Content]:
        cells = as_typed(self._random, roster_cells(story.person))
        for field in story.blank:
            cells[field] = None
        if self._shape.formulas:
            cells["name"] = Formula('=CONCATENATE("a","b")', story.person.name)
            cells["id_number"] = Formula("=A1", story.person.id_number)
            cells["phone"] = Formula("=B1")
        return cells

    def _headings(self) -> dict[str, str]:
        fields = list(ROSTER_FIELDS)
        if self._shape.shuffled_columns:
            self._random.shuffle(fields)
        if not self._shape.aliases:
            return {field: ROSTER_FIELDS[field] for field in fields}
        return {
            field: self._random.choice(HEADING_ALIASES.get(field, (ROSTER_FIELDS[field],)))
            for field in fields
        }

    def _script(self) -> bytes:
        lines = [
            (script_line(story), not end.followed)
            for story, end in zip(self._stories, self._ends, strict=True)
            if story.told
        ]
        if self._shape.strays:
            lines.append((script_line(Story(person=self._strangers[-1])), True))
        self._random.shuffle(lines)
        if self._shape.strays and lines:
            lines.append((lines[0][0], True))  # a second line for the first person
        for row, (_, unexpected) in enumerate(lines, 2):
            if unexpected:
                self._unexpected.add(("cycle_script.csv", row))
        return _csv([SCRIPT_COLUMNS, *(line for line, _ in lines)], self._shape.script_encoding)

    def _results(self, file: str) -> bytes:
        rows = list(self._delivered(file))
        if self._shape.strays:
            rows += self._stray_scores(file)
        self._random.shuffle(rows)
        taken: set[tuple[str, str]] = set()
        for number, (_, paper, stage, score, id_number) in enumerate(rows, 2):
            key = (id_number, paper)
            right = stage == STAGE_LABELS[file] and is_score(score) and key not in taken
            if right and paper in self._open(file, id_number):
                taken.add(key)
            else:
                self._unexpected.add((file, number))
        lines = [
            (id_number, name, PAPER_LABELS[paper], stage, score)
            for name, paper, stage, score, id_number in rows
        ]
        return _csv([_SCORE_HEADINGS, *lines], self._shape.results_encoding)

    def _open(self, file: str, id_number: str) -> tuple[str, ...]:
        for story, end in zip(self._stories, self._ends, strict=True):
            if story.person.id_number == id_number:
                return end.open_first if file == "results_first.csv" else end.open_second
        return ()

    def _delivered(self, file: str) -> Iterator[tuple[str, str, str, str, str]]:
        for story in self._stories:
            scores = story.first if file == "results_first.csv" else story.second
            for paper, score in scores.items():
                yield story.person.name, paper, STAGE_LABELS[file], score, story.person.id_number

    def _stray_scores(self, file: str) -> list[tuple[str, str, str, str, str]]:
        """A stranger's score, one of the other stage, a waived or foreign paper's, and the same score once more."""
        other = next(label for name, label in STAGE_LABELS.items() if name != file)
        stranger = self._strangers[-2]
        strays = [(stranger.name, "humanities", STAGE_LABELS[file], "88", stranger.id_number)]
        for story, end in zip(self._stories, self._ends, strict=True):
            name, number = story.person.name, story.person.id_number
            delivered = story.first if file == "results_first.csv" else story.second
            if end.open_first and self._random.random() < 0.15:
                strays.append((name, "humanities", other, "77", number))
            for paper in set(PAPER_LABELS) - set(self._open(file, number)) - set(delivered):
                if self._random.random() < 0.05:
                    strays.append((name, paper, STAGE_LABELS[file], "66", number))
            strays += [
                (name, paper, STAGE_LABELS[file], score, number)
                for paper, score in delivered.items()
                if self._random.random() < 0.1
            ]
        return strays


def script_line(story: Story) -> tuple[str, ...]:
    """Write a story's line; the columns of answers hold what nobody may read."""
    answers = dict.fromkeys(("humanities", "professional", "makeup_humanities", "makeup_professional"), "?")
    cells: dict[str, Any] = {
        **answers,
        "id_number": story.person.id_number,
        "name": story.person.name,
        "department": story.department,
        "level": story.level.label if story.level else "",
        "enrol": "yes" if story.enrol else "no",
        "submits": "yes" if story.submits else "no",
        "procedure": story.procedure,
        "ground": story.ground,
        "good_record_on": story.record_on.isoformat() if story.record_on else "",
        "good_record_level": story.record_level,
        "simplified_refused_first": "yes" if story.refused_first else "no",
        "institution": story.institution,
        "agency": story.agency,
        "exemption": story.exemption,
        "makeup": story.makeup,
        "expected_state": "?",
        "expected_stage": "?",
    }
    return tuple(str(cells[column]) for column in SCRIPT_COLUMNS)


def _csv(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)

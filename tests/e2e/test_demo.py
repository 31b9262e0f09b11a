"""The demonstration, run as a command, against what must come of its directory."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from kaohe_workflow.cli import main
from kaohe_workflow.testing.directories import Shape, directory_of, random_stories
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.stories import Story
from tests.e2e.demonstrations import GIVEN, check_given, findings, run_demo, told


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own."""
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAOHE_KEYS", raising=False)
    return tmp_path / "home"


def test_the_given_directory_ends_as_expected(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without ``--input`` the package's own directory is run, on a new database in the home; every physician ends
    where the script's answers say, and the history proves it."""
    report = tmp_path / "report.json"

    code = main(["demo", "--run", "--report", str(report)])
    given_report = json.loads(report.read_text(encoding="utf-8"))
    printed = capsys.readouterr().out
    (folder,) = (home / "certificates").iterdir()

    assert 0 == code
    check_given(given_report)

    assert () == findings(f"sqlite:///{home / 'demo-1.sqlite3'}")
    assert given_report["certificates"]["printed"] == len(list(folder.glob("*.pdf")))
    assert str(folder) in printed
    assert all(role in printed for role in ("医师", "医疗卫生机构", "考核机构", "省级", "审计员"))
    assert f"kaohe serve --database sqlite:///{home / 'demo-1.sqlite3'}" in printed


def test_the_given_directory_ends_as_expected_on_postgresql(tmp_path: Path, fresh_postgres: str) -> None:
    """The same on PostgreSQL."""
    check_given(run_demo(GIVEN, fresh_postgres, tmp_path / "report.json"))

    assert () == findings(fresh_postgres)


SHAPES = {
    "plain": Shape(),
    "shuffled columns without a title": Shape(shuffled_columns=True, title=None, script_encoding="utf-8-sig"),
    "aliases on another sheet": Shape(
        aliases=True, sheets_before=("填报说明", "附表"), blank_rows_before=2, script_encoding="gb18030"
    ),
    "formulas with stored values": Shape(formulas=True, shuffled_columns=True, results_encoding="utf-8-sig"),
    "everything at once": Shape(
        aliases=True, formulas=True, shuffled_columns=True, sheets_before=("说明",), title=None
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_any_directory_that_keeps_the_contract_ends_as_the_model_says(tmp_path: Path, name: str) -> None:
    """Other people, scores and faults of every code: the report says what a model of the rules says, person by
    person, bad row by bad row, and lists every row that the rules did not follow."""
    seed = 40 + list(SHAPES).index(name)
    generated = directory_of(random_stories(seed, 70), seed, SHAPES[name])
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"

    report = run_demo(generated.write(tmp_path / "input"), database, tmp_path / "report.json")

    assert generated.outcome == told(report)
    assert generated.outcome.end_states == report["end_states"]
    assert () == findings(database)


def licence_decides(story: Story) -> bool:
    """Whether twelve years are asked for that only one of the two dates gives."""
    asked = (
        story.enrol and story.submits and (story.procedure, story.ground) == ("simplified", "twelve_years")
    )
    days = (story.person.licensed_on, story.person.first_registered_on)
    return story.told and asked and min(days) <= date(2010, 12, 31) < max(days)


def test_the_generated_directories_hold_what_they_should() -> None:
    """Between them, the directories hold every end, a refused and a missed make-up, every code of a bad row, and people
    whose licence and first registration lie on two sides of what decides."""
    seen: set[Any] = set()
    for seed, shape in enumerate(SHAPES.values(), 40):
        stories = random_stories(seed, 70)
        outcome = directory_of(stories, seed, shape).outcome
        seen |= {code for _, code in outcome.bad_rows} | set(outcome.physicians.values())
        seen |= {file for file, _ in outcome.unexpected}
        seen |= {
            f"makeup {story.makeup}"
            for story in stories
            if outcome.physicians[story.person.id_number][0] == "unqualified"
        }
        seen |= {"missed" for story in stories if story.makeup == "confirmed" and not story.second}
        seen |= {"licence decides, not registration" for story in stories if licence_decides(story)}

    wanted = {
        *("name-missing", "name-control", "name-malformed", "id-missing", "id-number-cell", "id-malformed"),
        *("id-birth-date", "id-check-digit", "duplicate", "level-unknown", "category-unknown"),
        *("qualification-length", "licence-length", "phone-malformed", "date-invalid", "date-future"),
        *(
            ("qualified", "first"),
            ("qualified", "makeup"),
            ("unqualified", "first"),
            ("unqualified", "makeup"),
        ),
        *(("awaiting_registration", None), ("not_enrolled", None), ("awaiting_makeup_approval", None)),
        *("cycle_script.csv", "results_first.csv", "results_makeup.csv"),
        *("makeup refused", "missed", "licence decides, not registration"),
    }

    assert set() == wanted - seen


def results(*rows: tuple[str, str, str, str]) -> bytes:
    """A score file: number, paper, stage and score of each row."""
    lines = ["证件号码,姓名,试卷名称,考核阶段,成绩"]
    lines += [f"{number},某人,{paper},{stage},{score}" for number, paper, stage, score in rows]
    return "\r\n".join(lines).encode("gb18030")


def unexpected_results(waived: str, plain: str, stranger: str) -> bytes:
    """A score file with every kind of row that is not followed, the rows of three persons."""
    return results(
        (waived, "医学人文", "首次考核", "101"),
        (waived, "医学人文", "首次考核", "61"),
        (waived, "医学人文", "首次考核", "12"),
        (waived, "业务水平专业知识", "首次考核", "88"),
        (waived, "医学人文", "补考", "61"),
        (plain, "医学人文", "首次考核", "60"),
        (stranger, "医学人文", "首次考核", "70"),
        (waived, "英语", "首次考核", "70"),
        (waived, "医学人文", "首次考核", ""),
        ("12345", "医学人文", "首次考核", "70"),
    )


def test_each_unexpected_row_is_told_with_its_kind(tmp_path: Path) -> None:
    """A row that is not followed is listed once, with file, row and what is wrong; the first score stands."""
    waived, plain, stranger = people(3, start=700)
    stories = [
        Story(person=waived, exemption="granted", makeup="confirmed", first={"humanities": "61"}),
        Story(person=plain, first={"humanities": "60", "professional": "59"}, agency=""),
    ]
    first = unexpected_results(waived.id_number, plain.id_number, stranger.id_number)
    made = directory_of(stories, 1, Shape(faults=False, strays=False))
    stray = ",".join([stranger.id_number, *[""] * 20]).encode()
    script = made.files["cycle_script.csv"] + stray
    files = {**made.files, "results_first.csv": first, "cycle_script.csv": script}
    folder = attrs.evolve(made, files=files).write(tmp_path / "input")

    report = run_demo(folder, f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json")

    states = {one["id_number"]: one["state"] for one in report["physicians"]}
    told_of = [(entry["file"], entry["row"], entry["code"]) for entry in report["unexpected"]]

    assert {waived.id_number: "qualified", plain.id_number: "awaiting_agency_review"} == states
    assert [
        ("results_first.csv", 2, "score-range"),
        ("results_first.csv", 4, "duplicate"),
        ("results_first.csv", 5, "paper-not-open"),
        ("results_first.csv", 6, "paper-not-open"),
        ("results_first.csv", 7, "paper-not-open"),
        ("results_first.csv", 8, "person-unknown"),
        ("results_first.csv", 9, "paper-unknown"),
        ("results_first.csv", 10, "score-missing"),
        ("results_first.csv", 11, "id-malformed"),
    ] == told_of[2:]
    assert {"line-unmatched", "not-followed"} == {code for _, _, code in told_of[:2]}
    assert {"cycle_script.csv"} == {file for file, _, _ in told_of[:2]}


def test_an_empty_roster_runs(tmp_path: Path) -> None:
    """A list without anybody is a list: nothing happens to nobody."""
    folder = directory_of([], 1, Shape(faults=False, strays=False)).write(tmp_path / "input")

    report = run_demo(folder, f"sqlite:///{tmp_path / 'demo.sqlite3'}", tmp_path / "report.json")

    assert (0, [], {}) == (report["roster_good_rows"], report["physicians"], report["end_states"])


SMALL = directory_of([Story(person=person, first={"humanities": "80"}) for person in people(2)], 1, Shape())


def unusable(tmp_path: Path, name: str, content: bytes | None) -> Path:
    """A directory with one file replaced, or missing."""
    files = dict(SMALL.files)
    files.pop(name)
    replaced = files if content is None else {**files, name: content}
    return attrs.evolve(SMALL, files=replaced).write(tmp_path / "input")


@pytest.mark.parametrize(
    ("name", "content", "told_of"),
    [
        ("roster.xlsx", None, "file-missing"),
        ("cycle_script.csv", None, "file-missing"),
        ("results_first.csv", None, "file-missing"),
        ("results_makeup.csv", None, "file-missing"),
        ("roster.xlsx", b"PK\x03\x04 no workbook", "sheet-unreadable"),
        ("roster.xlsx", "工号,备注\r\n1,无".encode(), "headings-missing"),
        ("cycle_script.csv", b"\x00\x01", "sheet-unreadable"),
        ("cycle_script.csv", b"id_number,enrol\r\n", "headings-missing"),
        ("cycle_script.csv", b"", "headings-missing"),
        ("results_first.csv", "证件号码,成绩\r\n".encode(), "headings-missing"),
        ("results_makeup.csv", b"", "sheet-unreadable"),
    ],
)
def test_an_unusable_directory_is_refused_with_place_and_reason(
    tmp_path: Path,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    told_of: str,
) -> None:
    """What cannot be run ends with 2 and a Chinese message that names the file; no database is made."""
    folder = unusable(tmp_path, name, content)

    assert 2 == main(["demo", "--run", "--input", str(folder)])

    message = capsys.readouterr().err

    assert name in message
    assert f"[{told_of}]" in message
    assert any("\u4e00" <= char <= "\u9fff" for char in message)
    assert not home.exists()


def test_a_word_that_is_none_is_named_with_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script whose words are not those of the contract is refused; each wrong word is told."""
    text = SMALL.files["cycle_script.csv"].replace(b",yes,yes,", b",maybe,yes,")
    folder = unusable(tmp_path, "cycle_script.csv", text)

    assert 2 == main(["demo", "--run", "--input", str(folder)])
    assert "cycle_script.csv 第2行 enrol" in capsys.readouterr().err


def test_a_directory_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path that leads nowhere ends with 2."""

    assert 2 == main(["demo", "--run", "--input", str(tmp_path / "nowhere")])
    assert "directory-missing" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_refused_before_the_run(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a run whose report is lost."""

    assert 2 == main(["demo", "--run", "--report", str(tmp_path / "nowhere" / "report.json")])
    assert "report-unwritable" in capsys.readouterr().err
    assert not home.exists()


def test_a_finished_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cycle that has come to its end is not run again; its report stays as it is."""
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    folder, report = SMALL.write(tmp_path / "input"), tmp_path / "report.json"
    before = run_demo(folder, database, report)

    code = main(["demo", "--run", "--input", str(folder), "--database", database, "--report", str(report)])

    assert 2 == code
    assert "demonstration-finished" in capsys.readouterr().err
    assert before == json.loads(report.read_text(encoding="utf-8"))


def test_a_report_replaces_no_device(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there and is no regular file stays as it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert 2 == main(["demo", "--run", "--report", str(pipe)])
    assert "这不是普通文件" in capsys.readouterr().err
    assert pipe.is_fifo()
    assert not home.exists()

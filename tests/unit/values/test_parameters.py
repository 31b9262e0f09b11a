"""The provincial sheet: defaults, kinds, dated blocks."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.values.citations import Citation
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.parameters import KINDS, Parameters
from kaohe_workflow.values.terms import Category, Level, PaperKind, Procedure
from kaohe_workflow.values.timeline import ParameterBlock, Timeline

FIRST = date(2020, 1, 1)
GENERAL_FIRST = {"procedure": "general", "stage": "first"}
CITES = (Citation.parse("measures/21"),)


def block(starts_on: date, parameter: str, value: object) -> ParameterBlock:
    return ParameterBlock.read(starts_on, parameter, value, CITES, "x.yaml:1")


def test_every_parameter_has_a_kind() -> None:
    """The sheet and the table of kinds name the same, in the same order."""

    assert list(Parameters.names()) == list(KINDS)


def test_reading_a_typed_value_gives_it_back() -> None:
    """A kind's reader is also the check of a value."""
    sheet = Parameters()

    assert all(kind.read(getattr(sheet, name)) == getattr(sheet, name) for name, kind in KINDS.items())


def test_the_defaults_are_the_manuals_province() -> None:
    """12 and 5 years, three days of grace."""
    numbers = Parameters().integers

    assert (12, 5, 3) == (
        numbers["simplified_years_long"],
        numbers["simplified_years_with_record"],
        numbers["return_grace_days"],
    )
    assert "voluntary_allowed" not in numbers


@pytest.mark.manual("S-82")
def test_papers_by_procedure() -> None:
    """一般: 医学人文 and 业务水平; 简易: 医学人文 (手册 2.2.8); the make-up repeats what was failed."""
    sheet = Parameters()

    assert (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL) == sheet.papers(Sitter(Procedure.GENERAL))
    assert (PaperKind.HUMANITIES,) == sheet.papers(Sitter(Procedure.SIMPLIFIED))
    assert ((), ()) == tuple(sheet.makeup_papers(Sitter(procedure)) for procedure in Procedure)


OTHERWISE = attrs.evolve(
    Parameters(),
    papers_otherwise=block(
        FIRST,
        "papers_otherwise",
        [
            GENERAL_FIRST | {"category": "public_health", "level": "assistant", "papers": ["public"]},
            GENERAL_FIRST | {"category": "public_health", "papers": ["public", "humanities"]},
            {"procedure": "simplified", "stage": "makeup", "level": "assistant", "papers": ["statement"]},
        ],
    ).value,
)


@pytest.mark.manual("S-I4")
@pytest.mark.parametrize(
    ("level", "category", "first"),
    [
        (Level.ASSISTANT, Category.PUBLIC_HEALTH, (PaperKind.PUBLIC,)),
        (Level.LICENSED, Category.PUBLIC_HEALTH, (PaperKind.PUBLIC, PaperKind.HUMANITIES)),
        (None, Category.PUBLIC_HEALTH, (PaperKind.PUBLIC, PaperKind.HUMANITIES)),
        (Level.ASSISTANT, Category.CLINICAL, (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)),
        (Level.ASSISTANT, None, (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)),
    ],
)
def test_papers_by_level_and_category(
    level: Level | None, category: Category | None, first: tuple[PaperKind, ...]
) -> None:
    """The first row that is about somebody; what is not known fits no row that asks; others sit the usual papers."""
    assert first == OTHERWISE.papers(Sitter(Procedure.GENERAL, level, category))
    assert (PaperKind.HUMANITIES,) == OTHERWISE.papers(Sitter(Procedure.SIMPLIFIED, level, category))


@pytest.mark.parametrize(
    ("level", "again"), [(Level.ASSISTANT, (PaperKind.STATEMENT,)), (Level.LICENSED, ()), (None, ())]
)
def test_make_up_papers_by_level(level: Level | None, again: tuple[PaperKind, ...]) -> None:
    """A row of the make-up is about the make-up alone, and about its procedure."""
    assert again == OTHERWISE.makeup_papers(Sitter(Procedure.SIMPLIFIED, level))
    assert () == OTHERWISE.makeup_papers(Sitter(Procedure.GENERAL, level))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("return_grace_days", -1),
        ("return_grace_days", 61),
        ("return_grace_days", True),
        ("return_grace_days", "²"),
        ("return_grace_days", "15"),
        ("recall_minutes", -1),
        ("recall_minutes", 1441),
        ("voluntary_allowed", "yes"),
        ("voluntary_allowed", 1),
        ("makeup_meaning", "third_chance"),
        ("papers_general", []),
        ("papers_general", ["humanities", "humanities"]),
        ("papers_general", "humanities"),
        ("eligible_if_registered_by", "2022-02-30"),
        ("exemption_grounds", [{"code": "A", "label": "x"}]),
        ("exemption_grounds", [{"code": "a"}]),
        ("exemption_grounds", [{"code": "a", "label": "x", "colour": "1"}]),
        ("exemption_grounds", [{"code": "a", "label": "x"}, {"code": "a", "label": "y"}]),
        ("certificate_number_prefix", ""),
        ("paper_minutes", 0),
        ("papers_otherwise", "none"),
        ("papers_otherwise", ["public"]),
        ("papers_otherwise", [GENERAL_FIRST | {"papers": ["public"]}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "assistant", "papers": []}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "assistant"}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "assistant", "papers": ["public", "public"]}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "head", "papers": ["public"]}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "assistant", "papers": ["public"], "age": 60}]),
        ("papers_otherwise", [{"stage": "first", "level": "assistant", "papers": ["public"]}]),
        ("papers_otherwise", [GENERAL_FIRST | {"level": "assistant", "papers": ["public"]}] * 2),
    ],
)
def test_values_of_no_kind_are_refused(name: str, value: object) -> None:
    """Outside its bounds, of another type, no term: nothing is rounded or guessed."""
    with pytest.raises(DefinitionError) as wrong:
        block(FIRST, name, value)

    assert ("x.yaml:1", "bad-value") == (wrong.value.problems[0].path, wrong.value.problems[0].code)


@pytest.mark.parametrize("name", ["paper_language", "nothing"])
def test_what_no_rule_reads_is_unknown(name: str) -> None:
    """A province that sets what this version does not do is told so, not silently ignored."""
    with pytest.raises(DefinitionError) as wrong:
        block(FIRST, name, 1)

    assert ["unknown-parameter"] == [problem.code for problem in wrong.value.problems]


def test_a_sheet_cannot_be_built_outside_its_bounds() -> None:
    """Illegal sheets do not exist, however they are made."""
    with pytest.raises(ValueError, match="之间"):
        attrs.evolve(Parameters(), return_grace_days=-1)


def test_a_value_holds_from_its_day_on() -> None:
    """The day before, the old value; on the day, the new one."""
    change = date(2023, 1, 1)
    timeline = Timeline(
        "x", "某省", (block(change, "return_grace_days", 20), block(FIRST, "return_grace_days", 15))
    )

    assert (15, 20) == (
        timeline.at(change - timedelta(days=1)).return_grace_days,
        timeline.at(change).return_grace_days,
    )
    assert [FIRST, change] == [day for day, _ in timeline.versions()]
    assert (CITES, ()) == (
        timeline.source("return_grace_days", change),
        timeline.source("paper_minutes", change),
    )


def test_a_day_before_the_first_is_told_with_it() -> None:
    """A province's parameters begin; nothing is guessed before, and it is said from which day there are any."""
    timeline = Timeline("x", "某省", (block(FIRST, "return_grace_days", 15),))

    assert 15 == timeline.at(FIRST).return_grace_days

    with pytest.raises(DefinitionError) as wrong:
        timeline.at(FIRST - timedelta(days=1))
    (problem,) = wrong.value.problems

    assert ("x.yaml", "not-in-force") == (problem.path, problem.code)
    assert f"自{FIRST}起" in problem.message


def test_gaps_and_overlaps_are_told_together() -> None:
    """A named parameter is named from the first day on, and once a day."""
    with pytest.raises(DefinitionError) as wrong:
        Timeline(
            "x",
            "某省",
            (
                block(FIRST, "return_grace_days", 15),
                block(FIRST, "return_grace_days", 16),
                block(FIRST + timedelta(days=1), "paper_minutes", 5),
            ),
        )

    assert {"date-overlap", "date-gap"} == {problem.code for problem in wrong.value.problems}


def test_an_empty_timeline_is_none() -> None:
    """A province without any parameter is a mistake."""
    with pytest.raises(DefinitionError):
        Timeline("x", "某省", ())

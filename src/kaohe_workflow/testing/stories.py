"""
What one physician goes through in a cycle, and where it ends: a model in plain words, for tests.

It knows nothing of charts, cases or windows. It is written from the rules alone, so that a run of the system can be
compared with something that was not derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import attrs

from kaohe_workflow.testing.people import Person
from kaohe_workflow.values.terms import Level

CYCLE = (date(2020, 1, 1), date(2022, 12, 31))
LINES = MappingProxyType({Level.LICENSED: Decimal(60), Level.ASSISTANT: Decimal(55)})
RECORD_LEVELS = ("unit", "county", "city", "province", "national")

REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"general": ("humanities", "professional"), "simplified": ("humanities",)}
)
WAIVED: Mapping[str, str] = MappingProxyType({"general": "professional", "simplified": "humanities"})


@attrs.frozen(kw_only=True)
class Story:
    """
    One good roster row and what is asked for this person.

    Words are those of the script's columns, "" where nothing is asked. ``department`` and ``level`` are the
    script's; the roster has its own unless they are among ``blank``. ``first`` and ``second`` are the scores that
    are delivered, as text, by paper. ``told`` is False for somebody without a line in the script.
    """

    person: Person
    blank: frozenset[str] = frozenset()
    told: bool = True
    department: str = ""
    level: Level | None = None
    enrol: bool = True
    submits: bool = True
    procedure: str = "general"
    ground: str = ""
    record_on: date | None = None
    record_level: str = ""
    refused_first: bool = False
    institution: str = "pass"
    agency: str = "pass"
    exemption: str = "none"
    makeup: str = ""
    first: Mapping[str, str] = attrs.field(factory=dict)
    second: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def known_level(self) -> Level | None:
        """The level that counts: the roster's, or the script's where the roster has none."""
        return self.level if "level" in self.blank else self.person.level

    @property
    def known_department(self) -> str:
        """The department that counts, by the same rule."""
        return self.department if "department" in self.blank else self.person.department


@attrs.frozen(kw_only=True)
class Ending:
    """
    Where a story ends.

    ``followed``: everything that was asked for happened. ``open_first`` and ``open_second`` are the papers that take
    a score, by stage.
    """

    state: str
    stage: str | None = None
    followed: bool = True
    submitted: bool = False
    refused_simplified: int = 0
    open_first: tuple[str, ...] = ()
    open_second: tuple[str, ...] = ()
    entered_makeup: bool = False


def end_of(story: Story) -> Ending:
    """Tell a story to its end."""
    if not story.told:
        return Ending(state="not_enrolled")
    if not story.enrol:
        return Ending(state="not_enrolled", followed=not (story.submits or _asks(story, "institution")))
    if not story.submits:
        return Ending(state="awaiting_registration", followed=not _asks(story, "institution"))
    return _filed(story)


def _asks(story: Story, since: str) -> bool:
    """Whether the line asks for anything from this column on."""
    later = {
        "institution": story.institution != "",
        "agency": story.agency != "",
        "exemption": story.exemption not in ("", "none"),
        "makeup": story.makeup != "",
    }
    return any(list(later.values())[list(later).index(since) :])


def _filed(story: Story) -> Ending:
    wanted = ("simplified", story.procedure) if story.refused_first else (story.procedure,)
    refused = 0
    for number, procedure in enumerate(wanted):
        if _accepted(story, procedure):
            end = _reviewed(story, procedure)
            # Whose first try was to be refused and was not has no second one.
            followed = end.followed and number == len(wanted) - 1
            return attrs.evolve(end, submitted=True, refused_simplified=refused, followed=followed)
        refused += procedure == "simplified"
    return Ending(state="awaiting_registration", followed=False, refused_simplified=refused)


def _accepted(story: Story, procedure: str) -> bool:
    if not story.known_department or story.known_level is None or procedure not in REQUIRED:
        return False
    if procedure == "general":
        return True
    if story.ground == "twelve_years":
        return _years(story.person.licensed_on) >= 12
    return story.ground == "five_years" and _years(story.person.licensed_on) >= 5 and _good_record(story)


def _years(since: date) -> int:
    last = CYCLE[1]
    return last.year - since.year - ((last.month, last.day) < (since.month, since.day))


def _good_record(story: Story) -> bool:
    if story.record_on is None or story.record_level not in RECORD_LEVELS:
        return False
    high_enough = RECORD_LEVELS.index(story.record_level) >= RECORD_LEVELS.index("city")
    return high_enough and CYCLE[0] <= story.record_on <= CYCLE[1]


def _reviewed(story: Story, procedure: str) -> Ending:
    if story.institution == "":
        return Ending(state="awaiting_institution_review", followed=not _asks(story, "agency"))
    if story.agency == "":
        return Ending(state="awaiting_agency_review", followed=not _asks(story, "exemption"))
    if story.institution.startswith("fail_") and story.agency == "pass":
        return Ending(state="unqualified", stage="first", followed=not _asks(story, "exemption"))
    returned = "return_then_pass" in (story.institution, story.agency)
    return _sat(story, story.procedure if returned else procedure)


def _sat(story: Story, procedure: str) -> Ending:
    waived = WAIVED[procedure] if story.exemption == "granted" else None
    papers = tuple(paper for paper in REQUIRED[procedure] if paper != waived)
    failed = tuple(paper for paper in papers if not _passes(story, story.first.get(paper)))
    if not failed:
        return Ending(state="qualified", stage="first", followed=story.makeup == "", open_first=papers)
    end = Ending(state="awaiting_makeup_approval", open_first=papers, entered_makeup=True)
    if story.makeup == "":
        return end
    if story.makeup == "refused":
        return attrs.evolve(end, state="unqualified", stage="first")
    passed = all(_passes(story, story.second.get(paper)) for paper in failed)
    return attrs.evolve(
        end, state="qualified" if passed else "unqualified", stage="makeup", open_second=failed
    )


def _passes(story: Story, score: str | None) -> bool:
    return (
        score is not None and is_score(score) and Decimal(score) >= LINES[story.known_level or Level.LICENSED]
    )


def is_score(text: str) -> bool:
    """Whether a delivered text is a score: 0–100, at most two places."""
    try:
        score = Decimal(text)
    except ArithmeticError:
        return False
    return score.is_finite() and 0 <= score <= 100 and score == round(score, 2)

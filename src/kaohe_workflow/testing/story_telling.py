"""
Stories by chance, with everything that may happen, also what the rules refuse.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import attrs

from kaohe_workflow.testing.people import DEPARTMENTS, Person, people
from kaohe_workflow.testing.stories import LINES, RECORD_LEVELS, REQUIRED, Story
from kaohe_workflow.values.terms import Level

_BOUNDARIES = (
    date(2010, 12, 31),  # twelve years on the last day of the cycle
    date(2011, 1, 1),  # one day less
    date(2017, 12, 31),  # five years
    date(2018, 1, 1),  # one day less
)


def random_story(random: Random, person: Person) -> Story:
    """A story of this person, whose dates and blanks are chosen as well."""
    blank = frozenset(field for field in ("department", "level") if random.random() < 0.15)
    told = random.random() < 0.95
    story = Story(
        person=_dated(random, person),
        blank=blank | ({"phone"} if random.random() < 0.1 else set()),
        told=told,
        department=random.choice(DEPARTMENTS),
        level=person.level,
        enrol=random.random() < 0.93,
        **_filing(random),
    )
    if not story.enrol or not story.submits:
        asked = random.random() < 0.3
        return attrs.evolve(
            story,
            submits=story.submits and random.random() < 0.3,
            institution="pass" if asked else "",
            agency="pass" if asked and random.random() < 0.5 else "",
        )
    return _decided(random, story)


def _dated(random: Random, person: Person) -> Person:
    """Licence and first registration apart, often at a boundary that decides."""
    days = [*_BOUNDARIES, date(1995, 5, 2), date(2014, 3, 4), date(2019, 7, 8)]
    return attrs.evolve(person, licensed_on=random.choice(days), first_registered_on=random.choice(days))


def _filing(random: Random) -> dict[str, Any]:
    ground = random.choice(("five_years", "twelve_years", "twelve_years", "provincial", ""))
    simplified = random.random() < 0.5
    record = random.random() < 0.6
    outside = random.random() < 0.25
    days = (date(2019, 12, 31), date(2023, 1, 1)) if outside else (date(2020, 1, 1), date(2022, 12, 31))
    return {
        "submits": random.random() < 0.92,
        "procedure": "simplified" if simplified else "general",
        "ground": ground,
        "record_on": random.choice(days) if record else None,
        "record_level": random.choice(RECORD_LEVELS) if record else "",
        "refused_first": not simplified and ground != "" and random.random() < 0.4,
    }


def _decided(random: Random, story: Story) -> Story:
    decided = attrs.evolve(
        story,
        institution=random.choice(
            ("pass",) * 8 + ("return_then_pass",) * 3 + ("fail_work", "fail_ethics", "")
        ),
        agency=random.choice(("pass",) * 9 + ("return_then_pass",) * 3 + ("",)),
        exemption=random.choice(
            ("none",) * 8 + ("granted",) * 3 + ("refused_by_institution", "refused_by_agency")
        ),
        makeup=random.choice(("",) * 6 + ("confirmed",) * 4 + ("refused",)),
    )
    return attrs.evolve(decided, first=_scores(random, decided), second=_scores(random, decided))


def _scores(random: Random, story: Story) -> dict[str, str]:
    """Scores of the papers of the procedure, near the line, now and then none, or one that is no score."""
    line = LINES[story.known_level] if story.known_level else LINES[story.person.level]
    found = {}
    for paper in REQUIRED[story.procedure]:
        if random.random() < 0.12:
            continue
        near = (str(line), str(line - 1), f"{line - 1}.99", f"{line + 7}.5", "100", "0", str(line + 20))
        found[paper] = random.choice(near * 4 + ("100.01", "-1", "缺考"))
    return found


def everything_happens(start: int = 500) -> list[Story]:
    """A few stories in which something happens in every stage of a cycle."""
    plots: tuple[dict[str, Any], ...] = (
        {"first": {"humanities": "80", "professional": "60"}},
        {"first": {"humanities": "59.99", "professional": "75"}, "makeup": "confirmed"},
        {"first": {"professional": "75"}, "makeup": "confirmed", "second": {"humanities": "60"}},
        {"first": {"humanities": "10", "professional": "9"}, "makeup": "refused"},
        {"first": {"humanities": "10"}, "makeup": ""},
        {"first": {"humanities": "55", "professional": "70"}, "exemption": "refused_by_institution"},
        {"first": {"humanities": "88"}, "exemption": "granted"},
        {"first": {"humanities": "88", "professional": "61"}, "exemption": "refused_by_agency"},
        {"first": {"humanities": "70", "professional": "70"}, "institution": "return_then_pass"},
        {"first": {"humanities": "70", "professional": "70"}, "agency": "return_then_pass"},
        {
            "first": {"humanities": "70", "professional": "70"},
            "institution": "return_then_pass",
            "agency": "return_then_pass",
        },
        {"institution": "fail_work"},
        {"institution": "fail_ethics"},
        {"procedure": "simplified", "ground": "twelve_years", "exemption": "granted"},
        {"ground": "five_years", "refused_first": True, "first": {"humanities": "90", "professional": "90"}},
        {"ground": "provincial", "refused_first": True, "blank": frozenset({"department"})},
        {"submits": False, "institution": "", "agency": ""},
        {"enrol": False, "submits": False, "institution": "", "agency": ""},
        {"told": False},
    )
    stories = []
    for person, plot in zip(people(len(plots), start), plots, strict=True):
        experienced = attrs.evolve(person, licensed_on=date(1999, 5, 1), level=Level.ASSISTANT)
        stories.append(Story(person=experienced, department="预防保健科", level=Level.ASSISTANT, **plot))
    return stories

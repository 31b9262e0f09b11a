"""
Synthetic people with valid numbers: nobody real, everybody well formed, the same person for the same index.

The areas are those of one province, so that numbers look like a hospital's; sequence numbers repeat only
after fourteen million people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from kaohe_workflow.values.resident_id import check_character
from kaohe_workflow.values.terms import Category, Level

SURNAMES = "韦黄覃李陆莫蓝农罗梁欧阳司马单尉迟䶮"
GIVEN = ("晓梅", "平", "国强", "秀英", "一凡", "雨桐", "建华", "𬎆", "㛃", "思远", "丽", "志明", "月")
OTHER_NAMES = ("阿依古丽·买买提", "John O'Neil-Smith", "娜仁〇")
AREAS = ("450102", "450103", "450107", "450202", "450302", "450502", "450802", "451002", "430122", "440103")
DEPARTMENTS = ("内科", "外科", "妇产科", "儿科", "眼科", "口腔科", "中医科", "医学影像科", "急诊科")
_CATEGORY_CODES = {
    Category.CLINICAL: "10",
    Category.DENTAL: "20",
    Category.PUBLIC_HEALTH: "30",
    Category.TCM: "41",
}
_FIRST_BIRTH = date(1957, 1, 1)
_BIRTH_DAYS = 14_000
_SEQUENCES = 998
_STEP = 7919


@attrs.frozen(kw_only=True)
class Person:
    """One synthetic physician, as a roster row would have it."""

    name: str
    id_number: str
    phone: str
    department: str
    level: Level
    category: Category
    qualification_number: str
    qualified_on: date
    licence_number: str
    licensed_on: date
    first_registered_on: date
    title: str = "主治医师"
    education: str = "本科"
    practice_situation: str = "在职"


def resident_number(area: str, born: date, sequence: int) -> str:
    """Return a valid 18-character number; ``sequence`` 1–999, odd for men."""
    body = f"{area}{born:%Y%m%d}{sequence:03}"
    return body + check_character(body)


def person(index: int) -> Person:
    """Return the person of this index, 0 or more; different ones differ in their identity number."""
    mixed = index * _STEP
    born = _FIRST_BIRTH + timedelta(days=(index // _SEQUENCES * 37 + mixed) % _BIRTH_DAYS)
    area = AREAS[index // (_SEQUENCES * _BIRTH_DAYS) % len(AREAS)]
    id_number = resident_number(area, born, index % _SEQUENCES + 1)
    level = Level.ASSISTANT if index % 10 == 9 else Level.LICENSED
    category = tuple(_CATEGORY_CODES)[mixed % 13 % 4]
    code = ("2" if level is Level.ASSISTANT else "1") + _CATEGORY_CODES[category]
    qualified_on = born.replace(day=1) + timedelta(days=24 * 365)
    licensed_on = qualified_on + timedelta(days=200)
    return Person(
        name=_name(index),
        id_number=id_number,
        phone=f"1{3 + mixed % 7}{mixed % 10**9:09}",
        department=DEPARTMENTS[mixed % len(DEPARTMENTS)],
        level=level,
        category=category,
        qualification_number=f"{qualified_on.year}45{code}{id_number}",
        qualified_on=qualified_on,
        licence_number=f"{code}{area}{index % 10**6:06}",
        licensed_on=licensed_on,
        first_registered_on=licensed_on,
    )


def people(count: int, start: int = 0) -> Iterator[Person]:
    """Give ``count`` different people."""
    return (person(index) for index in range(start, start + count))


def _name(index: int) -> str:
    if index % 97 == 96:
        return OTHER_NAMES[index // 97 % len(OTHER_NAMES)]
    surname = SURNAMES[index % len(SURNAMES)]
    return surname + GIVEN[index // len(SURNAMES) % len(GIVEN)]

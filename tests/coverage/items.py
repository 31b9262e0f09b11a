"""
The items that the rules ask for, what of the project does each, and whether what is named as doing it exists.

The items are kept by hand in `items.csv`; `excused.csv` holds those that ask for nothing, each with its reason.
"""

from __future__ import annotations

import csv
import importlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from kaohe_service.routes import table
from kaohe_workflow.adapters.wiring import load_catalogue

FOLDER = Path(__file__).parent
ROOT = Path(__file__).parents[2]

SECTIONS: Mapping[str, str] = {
    "front": "手册 · 前言",
    "2.2.1": "手册 2.2.1 账户管理",
    "2.2.2": "手册 2.2.2 本机构信息与首页",
    "2.2.3": "手册 2.2.3 科室信息",
    "2.2.4": "手册 2.2.4 申请考核机构",
    "2.2.5": "手册 2.2.5 医师管理",
    "2.2.6": "手册 2.2.6 简易程序审核",
    "2.2.7": "手册 2.2.7 一般程序审核",
    "2.2.8": "手册 2.2.8 免考审核",
    "2.2.9": "手册 2.2.9 进度管理",
    "2.3.0": "手册 2.3.0 结果查询与打印",
    "implied": "手册未展示而必需的",
    "roles": "各端 · 总述",
    "physician": "医师个人端",
    "agency": "考核机构端",
    "administration": "卫生行政部门端",
    "matrix": "权限表",
    "worked": "实例",
    "regulation": "考核办法与医师法",
}
"""The sections of the page, in its order."""

STATES = ("built", "part", "open", "page", "excused")
"""
`built`: done and proven by a test. `part`: some of it is, each with a test; the rest is open. `open`: not done.
`page`: says only how a page looks. `excused`: a fact that asks for nothing; its reason stands in `excused.csv`.
"""

EVENT = re.compile(r"([a-z_]+):([a-z_]+)")
ROUTE = re.compile(r"(GET|POST|PUT|DELETE) (/\S+)")
NAME = re.compile(r"kaohe_(?:workflow|service)(?:\.\w+)+")


@attrs.frozen
class Item:
    """One item: its number, its section, what it asks in a few words, its state, and what does it."""

    number: str
    section: str
    words: str
    state: str
    by: tuple[str, ...]


def read_items(path: Path = FOLDER / "items.csv") -> tuple[Item, ...]:
    """The items, in the order of the file."""
    return tuple(
        Item(
            row["item"],
            row["section"],
            row["words"],
            row["state"],
            tuple(one.strip() for one in row["by"].split(";") if one.strip()),
        )
        for row in _rows(path)
    )


def read_excused(path: Path = FOLDER / "excused.csv") -> Mapping[str, str]:
    """Number of an item that asks for nothing → the reason."""
    return {row["item"]: row["reason"] for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unknown_references(items: Iterable[Item]) -> list[str]:
    """What items name as doing something and is not there: no chart has the event, no table the route, no module it."""
    return [f"{item.number}: {one}" for item in items for one in item.by if not exists(one)]


def exists(reference: str) -> bool:
    """Whether an event ``lifecycle:event``, a route ``GET /path`` or a name of the packages is there."""
    if match := ROUTE.fullmatch(reference):
        return match.groups() in routes()
    if match := EVENT.fullmatch(reference):
        return match.groups() in events()
    return NAME.fullmatch(reference) is not None and found(reference) is not None


@cache
def routes() -> frozenset[tuple[str, ...]]:
    """Method and path of every route."""
    return frozenset((route.method, route.path) for route in table(load_catalogue()))


@cache
def events() -> frozenset[tuple[str, ...]]:
    """Lifecycle and event of every row of the newest charts."""
    catalogue = load_catalogue()
    return frozenset(
        (name, row.event)
        for name, versions in catalogue.charts.items()
        for row in versions[catalogue.newest(name)].transitions
    )


def found(name: str) -> tuple[Path, str | None] | None:
    """The file in which a module, or something in it, is written, and the name within it; None where there is none."""
    try:
        return Path(str(importlib.import_module(name).__file__)), None
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
    try:
        home: Any = importlib.import_module(module)
    except ModuleNotFoundError:
        return None
    return (Path(str(home.__file__)), attribute) if hasattr(home, attribute) else None

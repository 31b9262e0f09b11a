"""A province is data: no code knows one, so that another one is a file and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe_workflow.adapters.parameter_files import load_parameters
from kaohe_workflow.adapters.policy_files import load_policies
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.values.areas import PROVINCES
from kaohe_workflow.values.citations import INSTRUMENTS

ROOT = Path(__file__).parents[2]
AREAS = ROOT / "src" / "kaohe_workflow" / "values" / "areas.py"
"""The list of all divisions, by the codes that begin an identity number."""

IN_LATIN = (
    *("beijing", "tianjin", "hebei", "shanxi", "neimenggu", "liaoning", "jilin", "heilongjiang", "shanghai"),
    *(
        "jiangsu",
        "zhejiang",
        "anhui",
        "fujian",
        "jiangxi",
        "shandong",
        "henan",
        "hubei",
        "hunan",
        "guangdong",
    ),
    *(
        "guangxi",
        "hainan",
        "chongqing",
        "sichuan",
        "guizhou",
        "yunnan",
        "xizang",
        "shaanxi",
        "gansu",
        "qinghai",
    ),
    *("ningxia", "xinjiang", "bingtuan", "taiwan", "hongkong", "xianggang", "macao", "aomen"),
    *("chengdu", "nanning", "lanzhou"),
)
CAPITALS = ("成都", "南宁", "兰州")
"""Of the provinces that are shipped."""

PERMITTED = (
    *("Asia/Shanghai", "北京时间"),
    *("hk_macao_permit", "HK_MACAO_PERMIT", "港澳居民", "taiwan_permit", "TAIWAN_PERMIT", "台湾居民"),
)
"""What is called after a place and is none: the time of the whole country, and two kinds of identity document."""

PROVINCE = re.compile("|".join((*PROVINCES.values(), *CAPITALS, *IN_LATIN)), re.IGNORECASE)


def named(text: str) -> list[str]:
    """The provinces that a text names."""
    for phrase in PERMITTED:
        text = text.replace(phrase, "")
    return PROVINCE.findall(text)


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every file of the code, whatever it is written in; what others have written aside."""
    for path in sorted((ROOT / "src").rglob("*")):
        theirs = {"vendor", "__pycache__"} & set(path.relative_to(ROOT).parts)
        if path.is_file() and path != AREAS and not theirs:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def test_no_province_is_named_in_code() -> None:
    """Neither in Chinese nor in Latin letters, in no comment and no default."""

    assert [] == [(name, found) for name, text in texts() for found in named(text)]


@pytest.mark.parametrize("text", ["province == 'guangxi'", "甘肃省", "Chengdu", "TAIWAN", "北京"])
def test_the_search_for_provinces_finds_them(text: str) -> None:
    """The test above can fail."""

    assert named(text)


def test_no_chart_or_policy_rests_on_a_notice_of_one_province() -> None:
    """They hold everywhere; what one province has written stands beside the values that it sets."""
    root = charts_root()
    charts = [chart for versions in load_charts(root, VOCABULARY).values() for chart in versions.values()]
    cites = {
        cite
        for chart in charts
        for part in (*chart.transitions, *chart.guards, *chart.facts)
        for cite in part.cites
    }
    cites |= {cite for policy in load_policies(root) for cite in policy.cites}
    own = {
        instrument.code for timeline in load_parameters(root).values() for instrument in timeline.instruments
    }

    assert set(INSTRUMENTS) >= {cite.partition("/")[0] for cite in cites}
    assert not own & set(INSTRUMENTS)

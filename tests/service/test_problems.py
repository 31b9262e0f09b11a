"""Every error has a status, a Chinese title, and members that machines can rely on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from inspect import isclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kaohe_service.errors
import kaohe_workflow.errors
from kaohe_service.problems import MAXIMUM_TOLD, PLAIN, TABLE, plain, shown
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.printing import CertificateFace, Unprintable
from kaohe_workflow.errors import (
    ConcurrentTransition,
    DefinitionError,
    InputInvalid,
    KaoheError,
    LogInRefused,
    NotFound,
    NotPermitted,
    Problem,
    RecordDamaged,
    RequestRefused,
    StoreUnavailable,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.statechart.deciding import (
    GuardUnmet,
    NoRow,
    ReasonMissing,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
)
from kaohe_workflow.statechart.model import By

if TYPE_CHECKING:
    from kaohe_service.problems import Shown

NOW = datetime(2024, 1, 3, tzinfo=UTC)


def _shown(error: KaoheError) -> Shown:
    return shown(error, load_catalogue(), NOW)


def _face() -> CertificateFace:
    values: dict[str, Any] = dict.fromkeys(
        (
            *("number", "name", "sex", "id_number_masked", "licence_number", "level", "category"),
            *(
                "institution",
                "department",
                "procedure",
                "issuing_authority",
                "statement",
                "note",
                "verification_url",
                "code",
            ),
        ),
        "字",
    )
    days = dict.fromkeys(("cycle_first_day", "cycle_last_day", "decided_on", "issued_on"), NOW.date())
    return CertificateFace(**values, **days)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFound("assessment", "x")),
        (403, NotPermitted("assessment", "pass")),
        (409, TransitionRefused("assessment", "pass", "not_enrolled", [])),
        (401, LogInRefused()),
        (429, TooManyTries(NOW + timedelta(seconds=30))),
        (409, RequestRefused()),
        (412, ConcurrentTransition("assessment", "x", 1, 2)),
        (409, Unprintable(_face(), ("字",))),
        (422, InputInvalid([Problem("$", "x", "y")])),
        (503, StoreUnavailable()),
        (500, RecordDamaged("assessment", "x")),
        (500, DefinitionError([])),
        (500, KaoheError()),
    ],
)
def test_every_error_of_the_library_has_its_status(status: int, error: KaoheError) -> None:
    """409 a rule refuses, 404 out of scope, 403 wrong role within it, 412 stale, 422 input, 503 no store."""
    problem = _shown(error)

    assert (status, status) == (problem.status, problem.members["status"])
    assert f"urn:kaohe:problem:{error.code}" == problem.members["type"]


def _classes() -> list[type[KaoheError]]:
    found = [
        value
        for module in (kaohe_workflow.errors, kaohe_service.errors)
        for value in vars(module).values()
        if isclass(value) and issubclass(value, KaoheError) and not value.__name__.startswith("_")
    ]
    return sorted(set(found), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", _classes())
def test_every_class_of_error_has_a_row_of_its_own(kind: type[KaoheError]) -> None:
    """A new error does not fall through to 500 unseen."""

    assert kind in {row.error for row in TABLE}


def test_a_special_error_comes_before_its_general_class() -> None:
    """The first row that fits is the closest one."""
    order = [row.error for row in TABLE]

    assert [] == [
        (later.__name__, earlier.__name__)
        for index, earlier in enumerate(order)
        for later in order[index + 1 :]
        if issubclass(later, earlier)
    ]


def test_titles_are_chinese_and_codes_are_kebab_case() -> None:
    """Titles are for people, codes for machines."""

    assert all(any("\u4e00" <= char <= "\u9fff" for char in row.title) for row in TABLE)
    assert all(row.error.code == row.error.code.lower().replace("_", "-") for row in TABLE)


def test_what_only_the_framework_knows_becomes_a_problem_too() -> None:
    """Known statuses keep their own; others become 400 or 500."""

    assert [400, 404, 405, 500] == [plain(status).status for status in PLAIN]
    assert [400, 500] == [plain(status).status for status in (418, 507)]


def test_a_wait_is_told_in_whole_seconds_rounded_up() -> None:
    """Coming back after Retry-After is never too early."""
    waits = [timedelta(seconds=30), timedelta(seconds=29, microseconds=1), timedelta(seconds=-1)]

    assert ["30", "30", "1"] == [_shown(TooManyTries(NOW + wait)).headers["Retry-After"] for wait in waits]
    assert "5" == _shown(StoreUnavailable()).headers["Retry-After"]


UNMET = Unmet("years_in_practice", "执业年限", "≥ 12", 11, "≥ 12 年", "11 年", "年", at_least=12)
TOLD = {
    "fact": "years_in_practice",
    "label": "执业年限",
    "wanted": [],
    "wanted_labels": [],
    "at_least": 12,
    "at_most": None,
    "wanted_label": "≥ 12 年",
    "actual": 11,
    "actual_label": "11 年",
    "unit": "年",
    "note": "",
    "advice": "",
}
GUARD = GuardUnmet("long_practice", "执业满12年", ("measures/21", "manual/2.2.5"), (UNMET,), 3)


def test_a_refusal_carries_every_reason_with_label_and_source() -> None:
    """Codes and values for machines, Chinese labels and the rule's source for people; the same one once."""
    error = TransitionRefused(
        "assessment",
        "submit",
        "awaiting_registration",
        [
            GUARD,
            GUARD,
            RoleMissing((By("physician", "self"),), 4),
            NoRow("submit", "awaiting_registration", ("not_enrolled",)),
            ReasonMissing(5),
            SecondPersonNeeded(6),
            UnknownEvent("submit"),
        ],
    )

    reasons = _shown(error).members["reasons"]

    assert [
        ("guard-unmet", "执业满12年"),
        ("role-missing", "仅限医师（本人）办理"),
        ("no-row", "当前状态（待报名）不能办理此事项，须为：未确认参加"),
        ("reason-missing", "须填写理由"),
        ("second-person-needed", "须由另一名实名人员办理"),
        ("unknown-event", "没有这一事项"),
    ] == [(reason["code"], reason["label"]) for reason in reasons]
    assert [TOLD] == reasons[0]["unmet"]
    assert [
        {"code": "measures/21", "label": "《医师定期考核管理办法》第二十一条"},
        {"code": "manual/2.2.5", "label": "操作手册 2.2.5"},
    ] == reasons[0]["citations"]


def test_problems_of_an_input_keep_their_places() -> None:
    """A JSON pointer into the body, the name of a parameter, or the place in a sheet as people write it."""
    error = InputInvalid(
        [
            Problem("$", "a", "甲"),
            Problem("$.payload.posts[2].since", "b", "乙"),
            Problem("$.payload.a/b~c", "c", "丙"),
            Problem("query:limit", "d", "丁"),
            Problem("header:If-Match", "e", "戊"),
            Problem("第39行 证件号码", "f", "己"),
        ]
    )

    members = _shown(error).members

    assert "有6处问题，前5处为：甲；乙；丙；丁；戊" == members["detail"]
    assert [
        ("body", ""),
        ("body", "/payload/posts/2/since"),
        ("body", "/payload/a~1b~0c"),
        ("query", "/limit"),
        ("header", "/If-Match"),
        ("input", "第39行 证件号码"),
    ] == [(entry["in"], entry["pointer"]) for entry in members["errors"]]


@pytest.mark.parametrize("count", [MAXIMUM_TOLD, MAXIMUM_TOLD + 1])
def test_very_many_problems_are_counted_and_the_first_are_told(count: int) -> None:
    """A body of a mebibyte must not come back as ten."""
    members = _shown(
        InputInvalid([Problem(f"$.x{index}", "key-unknown", "没有这一项") for index in range(count)])
    ).members

    told = "；".join(f"$.x{index}：没有这一项" for index in range(5))
    assert (f"有{count}处问题，前5处为：{told}", MAXIMUM_TOLD) == (members["detail"], len(members["errors"]))


def test_a_few_problems_are_all_told() -> None:
    """Who reads the detail alone learns of each, with its place, and of the same one once."""
    problems = [Problem("$.a", "missing", "缺少这一项"), Problem("$.b", "text-expected", "应为文本")]

    assert "有2处问题：$.a：缺少这一项；$.b：应为文本" == _shown(InputInvalid(problems)).members["detail"]


DEFINITIONS = {"parameters.py", "parameter_kinds.py", "timeline.py", "citations.py"}
"""Modules of the values that read what developers write; they tell it in English, while loading."""


def _messages(path: Path) -> Iterator[str]:
    """The constant parts of the messages of the problems that a module names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and len(node.args) == 3:
            parts = [part for part in ast.walk(node.args[2]) if isinstance(part, ast.Constant)]
            text = "".join(str(part.value) for part in parts)
            if text.strip():
                yield text


@pytest.mark.parametrize("package", ["kaohe_service", "kaohe_workflow/lifecycles", "kaohe_workflow/values"])
def test_what_is_wrong_with_an_input_is_told_in_chinese(package: str) -> None:
    """Forms show these messages to people as they are."""
    root = Path(kaohe_workflow.errors.__file__).parents[1] / package
    modules = [path for path in root.rglob("*.py") if path.name not in DEFINITIONS]
    messages = [message for path in modules for message in _messages(path)]

    assert messages
    assert [] == [message for message in messages if not re.search("[\u4e00-\u9fff]", message)]


def test_who_would_act_in_his_own_matter_is_told_so() -> None:
    """That only this institution may do it would be no reason: it is this institution."""
    error = NotPermitted("assessment", "submit_opinion", own_matter=True)

    assert "涉及本人的事项须由本单位其他人员办理" == _shown(error).members["detail"]


def test_what_is_stale_is_not_laid_to_a_person() -> None:
    """A timer or what follows by itself changes a case as well: the version alone does not say who did."""
    title = _shown(ConcurrentTransition("assessment", "x", 1, 2)).members["title"]

    assert "他人" in title
    assert "系统" in title

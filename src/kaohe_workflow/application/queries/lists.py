"""
Lists with the manual's filters, a page at a time.

Each list is a view of the store with the filters it allows, declared once; ID numbers and phones leave masked, in
every list (手册 2.2.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.conditions import Operator, Order, Scope, Where
from kaohe_workflow.application.ports import Clock, Secrets, Store, UnitOfWork
from kaohe_workflow.application.queries.asked import asked_order, check_groups, check_rows
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.errors import InputInvalid, KaoheError, Problem
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.resident_id import mask, normalise
from kaohe_workflow.values.windows import local_date
from kaohe_workflow.values.years import full_years, years_before

MAXIMUM_PAGE = 200


@attrs.frozen
class Choice:
    """A word of the manual as a filter's value: its code, the word, and the states that it means."""

    code: str
    label: str
    states: tuple[str, ...]


@attrs.frozen
class Filter:
    """
    One filter of a list: the view's field, how it compares, the type of its value, what it asks in Chinese.

    ``kind`` `age` turns full years at today into a bound on the date of birth; `id_number` looks up either form of a
    number by its keyed hash; `choice` takes one of the ``choices``, each a word for one state or several.
    """

    name: str
    field: str
    operator: Operator
    label: str
    kind: Literal["text", "date", "integer", "boolean", "age", "id_number", "choice"] = "text"
    choices: tuple[Choice, ...] = ()


def _equal(name: str, label: str, kind: Literal["text", "boolean"] = "text") -> Filter:
    return Filter(name, name, "eq", label, kind)


_PERSON = (
    Filter("name", "name", "prefix", "姓名"),
    Filter("id_number", "id_hash", "eq", "证件号码", "id_number"),
    _equal("department_id", "科室"),
    _equal("level", "医师级别"),
    _equal("category", "执业类别"),
    Filter("age_from", "birth_date", "le", "年龄不小于", "age"),
    Filter("age_to", "birth_date", "gt", "年龄不大于", "age"),
    Filter("first_registered_from", "first_registered_on", "ge", "首次注册时间起", "date"),
    Filter("first_registered_to", "first_registered_on", "le", "首次注册时间止", "date"),
)


def _choice(name: str, label: str, choices: tuple[Choice, ...]) -> Filter:
    return Filter(name, "state", "in", label, "choice", choices)


PAPER_PROGRESS = (
    Choice("not_sat", "未参加", ("not_sat", "absence_pending", "absent", "not_opened")),
    Choice("sitting", "已参加", ("sitting",)),
    Choice("done", "已完成", ("handed_in", "passed", "failed", "exempt_pass")),
)
"""测评状态 (手册 2.2.9). A paper that was cancelled is none any more and has no 测评状态."""

PAPER_RESULTS = (
    Choice("none", "无", ("not_sat", "sitting", "handed_in", "absence_pending", "not_opened")),
    Choice("unqualified", "不合格", ("failed", "absent")),
    Choice("qualified", "合格", ("passed", "exempt_pass")),
)
"""测评结果 (手册 2.2.9); 未开考 is without a result, since nothing was to be sat."""

ASSESSMENT_RESULTS = (
    Choice("qualified", "合格", ("qualified",)),
    Choice("unqualified", "不合格", ("unqualified",)),
)
"""考核结果 (考核办法 第二十二条): these two, and no other state."""


@attrs.frozen
class List:
    """
    A list that can be asked for: its view, its filters, the fields a row shows, and those it may be sorted by.

    ``shared`` says whose rows everyone may read beside the own scope: of `everybody` (the cycles of the province), or
    of the own organisation (`own`: itself, and the departments that a physician chooses from). ``assessed`` False
    keeps from an agency what it sees of nobody (see `around.NOT_ASSESSED`).
    """

    view: str
    filters: tuple[Filter, ...]
    shows: tuple[str, ...]
    sorts: tuple[str, ...] = ("id", "name")
    shared: Literal["no", "own", "everybody"] = "no"
    assessed: bool = True

    def scope(self, principal: Principal) -> Scope:
        """What of this list the caller sees."""
        seen = scope(principal, assessed=self.assessed)
        if principal.init_only or self.shared == "no":
            return seen
        if self.shared == "everybody":
            return Scope.everything()
        own = Where("institution_id", "eq", principal.organisation_id or "")
        return Scope((*seen.clauses, (own,)))


_ROW = ("id", "version", "state", "institution_id", "institution_name")
_PERSON_ROW = (
    "physician_id",
    "name",
    "id_number",
    "level",
    "category",
    "birth_date",
    "first_registered_on",
    "department_id",
    "department",
)

LISTS: Mapping[str, List] = {
    "cycles": List(
        "cycle",
        (_equal("state", "状态"),),
        (*_ROW, "name", "first_day", "last_day"),
        sorts=("id", "name", "first_day"),
        shared="everybody",
    ),
    "institutions": List(
        "institution",
        (
            Filter("name", "name", "prefix", "机构名称"),
            _equal("kind", "机构类型"),
            _equal("state", "状态"),
            _equal("agency_id", "考核机构"),
            _equal("is_agency", "可作考核机构", "boolean"),
        ),
        (*_ROW, "name", "kind", "superior_id", "agency_id", "is_agency"),
        shared="own",
    ),
    "departments": List(
        "department",
        (Filter("name", "name", "prefix", "名称"), _equal("state", "状态"), _equal("institution_id", "机构")),
        (*_ROW, "name"),
        shared="own",
    ),
    "accounts": List(
        "account",
        (_equal("state", "状态"), _equal("kind", "类型"), _equal("physician_id", "医师")),
        (*_ROW, "kind", "physician_id"),
        sorts=("id",),
        assessed=False,
    ),
    "physicians": List(
        "physician",
        (*_PERSON, _equal("state", "状态"), _equal("institution_id", "机构")),
        (*_ROW, *_PERSON_ROW, "phone", "licensed_on"),
    ),
    "assessments": List(
        "assessment",
        (
            *_PERSON,
            _equal("cycle_id", "考核周期"),
            _equal("institution_id", "卫生机构"),
            _equal("physician_id", "医师"),
            _equal("state", "考核状态"),
            _choice("result", "考核结果", ASSESSMENT_RESULTS),
            _equal("procedure", "考核程序"),
            _equal("stage", "考核阶段"),
            _equal("exemption_state", "免考状态"),
            _equal("ever_submitted", "曾提交", "boolean"),
        ),
        (
            *_ROW,
            *_PERSON_ROW,
            "cycle_id",
            "procedure",
            "stage",
            "ever_submitted",
            "exemption_id",
            "exemption_state",
        ),
    ),
    "papers": List(
        "paper",
        (
            *_PERSON,
            _equal("cycle_id", "考核周期"),
            _equal("institution_id", "卫生机构"),
            _equal("physician_id", "医师"),
            _equal("assessment_id", "考核"),
            _equal("state", "状态"),
            _choice("progress", "测评状态", PAPER_PROGRESS),
            _choice("result", "测评结果", PAPER_RESULTS),
            _equal("procedure", "考核程序"),
            _equal("stage", "考核阶段"),
            _equal("kind", "试卷名称"),
        ),
        (
            *_ROW,
            "agency_name",
            *_PERSON_ROW,
            "cycle_id",
            "assessment_id",
            "procedure",
            "kind",
            "stage",
            "score",
        ),
    ),
    "exemptions": List(
        "exemption",
        (
            *_PERSON,
            _equal("cycle_id", "考核周期"),
            _equal("institution_id", "卫生机构"),
            _equal("assessment_id", "考核"),
            _equal("physician_id", "医师"),
            _equal("state", "免考状态"),
            _equal("procedure", "考核程序"),
            _equal("kind", "免考试卷"),
        ),
        (*_ROW, *_PERSON_ROW, "cycle_id", "assessment_id", "procedure", "kind"),
    ),
    "certificates": List(
        "certificate",
        (
            *(entry for entry in _PERSON if entry.name != "department_id"),
            _equal("cycle_id", "考核周期"),
            _equal("institution_id", "卫生机构"),
            _equal("assessment_id", "考核"),
            _equal("physician_id", "医师"),
            _equal("state", "状态"),
            _equal("number", "证书编号"),
        ),
        (
            *_ROW,
            *(name for name in _PERSON_ROW if not name.startswith("department")),
            "cycle_id",
            "assessment_id",
            "number",
            "result_version",
        ),
    ),
}
"""Every list, by the name that the API and the pages use."""


@attrs.frozen
class Page:
    """Rows in order; ``next`` is the key to continue after, None on the last page."""

    rows: tuple[Mapping[str, Any], ...]
    next: tuple[Any, str] | None


@attrs.frozen
class Lists:
    """The lists over a store, for callers of any role."""

    store: Store
    clock: Clock
    secrets: Secrets

    def page(
        self,
        principal: Principal,
        name: str,
        filters: Mapping[str, str],
        *,
        order: str = "id",
        after: tuple[Any, str] | None = None,
        limit: int = 20,
    ) -> Page:
        """
        One page of the list ``name`` within the caller's scope.

        Args:
            filters: by filter name, as text; all must hold.
            order: a field the list may be sorted by, `-` before it for descending.
            after: the `Page.next` of the page before.
            limit: 1–200 rows.

        Raises:
            InputInvalid: no such list, filter or order, a value that is none, or an argument not as said here.
            RecordDamaged: a row cannot be read any more.
        """
        listed = _listed(principal, name, filters)
        where = self._where(listed, filters)
        field, descending = asked_order(order, listed.sorts)
        check_rows(field, after, limit, MAXIMUM_PAGE)
        unfiltered = field == "id" and {"cycle_id"}.issuperset(filters)
        with self.store.begin(write=False) as unit:
            rows = unit.page(
                listed.view,
                self._scope(unit, listed, principal, first=unfiltered),
                where,
                order=Order(field, descending),
                after=after,
                limit=limit + 1,
            )
        shown = tuple(self._row(listed, row) for row in rows[:limit])
        more = (rows[limit - 1][field], str(rows[limit - 1]["id"])) if len(rows) > limit else None
        return Page(shown, more)

    def count(
        self, principal: Principal, name: str, filters: Mapping[str, str], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """
        How many rows of a list are in the caller's scope, grouped by fields.

        Raises:
            InputInvalid: no such list, filter or open field, a value that is none, or an argument of another kind.
        """
        listed = _listed(principal, name, filters)
        check_groups(by, listed.view)
        with self.store.begin(write=False) as unit:
            seen = self._scope(unit, listed, principal)
            return unit.count(listed.view, seen, self._where(listed, filters), by=by)

    @staticmethod
    def _scope(unit: UnitOfWork, listed: List, principal: Principal, *, first: bool = False) -> Scope:
        seen = listed.scope(principal)
        return seen if listed.view == "institution" else reached(unit, seen, first=first)

    def _where(self, listed: List, filters: Mapping[str, str]) -> list[Where]:
        known = {entry.name: entry for entry in listed.filters}
        problems, where = [], []
        for name, text in filters.items():
            entry = known.get(name)
            if entry is None:
                problems.append(Problem(str(name), "filter-unknown", "没有这个筛选条件"))
                continue
            try:
                where.append(Where(entry.field, entry.operator, self._value(entry, text)))
            except (ValueError, OverflowError, StopIteration, KaoheError):
                problems.append(Problem(name, "filter-invalid", f"{entry.label}的值无效"))
        if problems:
            raise InputInvalid(problems)
        return where

    def _value(self, entry: Filter, text: str) -> Any:
        if not isinstance(text, str) or (entry.kind == "age" and not (text.isascii() and text.isdigit())):
            raise ValueError(text)
        if entry.kind == "age":
            years = int(text) + (1 if entry.operator == "gt" else 0)
            return years_before(local_date(self.clock.now()), years)
        if entry.kind == "choice":
            return next(choice.states for choice in entry.choices if choice.code == text)
        if entry.kind == "id_number":
            return self.secrets.blind("id_hash", normalise(text))
        return _READERS[entry.kind](text)

    def _row(self, listed: List, row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: row[name] for name in listed.shows}
        if shown.get("id_number"):
            shown["id_number"] = mask(shown["id_number"])
        if shown.get("phone"):
            shown["phone"] = Phone.parse(shown["phone"]).masked
        if shown.get("birth_date"):
            shown["age"] = full_years(shown["birth_date"], local_date(self.clock.now()))
        return shown


def _listed(principal: Principal, name: str, filters: Mapping[str, str]) -> List:
    """The list of a name; raises `InputInvalid` for a wrong argument, of whose filters only that they are some."""
    check_arguments(("principal", principal, Principal), ("filters", filters, Mapping[Any, Any]))
    check_known("list", name, LISTS)
    return LISTS[name]


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "date": date.fromisoformat,
    "integer": int,
    "boolean": _boolean,
}

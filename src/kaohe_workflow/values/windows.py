"""
The spans of time in which events of a cycle are allowed.

A window is half-open and kept in UTC; people write days of China's time (Asia/Shanghai). A last day D means
before D+1 00:00:00; an end written with seconds includes that whole second.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.terms import LabelledEnum

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""
China's time as a fixed offset.

Asia/Shanghai has had no daylight saving since 1991, and a cycle lies long after; the fixed offset spares
the zone data base, which Windows and slim containers do not have.
"""


class Position(LabelledEnum):
    """Where an instant lies to a window. A timer asks for ``over``, never for *not open*."""

    BEFORE = "before", "未开始"
    OPEN = "open", "进行中"
    OVER = "over", "已结束"


def local_date(now: datetime) -> date:
    """
    Return the day in China on which an aware instant falls.

    >>> local_date(datetime(2023, 12, 27, 16, 0, tzinfo=UTC))
    datetime.date(2023, 12, 28)
    """
    return now.astimezone(CHINA).date()


def day_starts_at(day: date) -> datetime:
    """Return the instant, in UTC, at which a day begins in China."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC)


@attrs.frozen
class Window:
    """
    A half-open span ``opens_at`` ≤ now < ``closes_at``; aware instants, kept in UTC.

    A window that ends before it begins can be built, so that a form can be checked as a whole:
    `CycleWindows.problems` reports it; it is never open.
    """

    opens_at: datetime = attrs.field(converter=_utc)
    closes_at: datetime = attrs.field(converter=_utc)

    @classmethod
    def of_days(cls, first: date, last: date) -> Self:
        """
        Return the window from the start of ``first`` to the end of ``last``, both days included.

        >>> window = Window.of_days(date(2023, 11, 27), date(2023, 12, 27))
        >>> window.closes_at.isoformat()
        '2023-12-27T16:00:00+00:00'
        """
        return cls(day_starts_at(first), day_starts_at(last + timedelta(days=1)))

    def position(self, now: datetime) -> Position:
        """Say whether ``now``, an aware instant, is before the window, in it, or after it."""
        if now < self.opens_at:
            return Position.BEFORE
        return Position.OPEN if now < self.closes_at else Position.OVER

    def is_open(self, now: datetime) -> bool:
        """True from the first instant on, false from ``closes_at`` on."""
        return self.position(now) is Position.OPEN

    @property
    def first_day(self) -> date:
        """The day in China on which the window opens."""
        return local_date(self.opens_at)

    @property
    def last_day(self) -> date:
        """The last day in China of which any part is inside."""
        return local_date(self.closes_at - timedelta(microseconds=1))

    @property
    def label(self) -> str:
        """The window as pages show it: days, and times only where a bound is not midnight."""
        opens, closes = self.opens_at.astimezone(CHINA), self.closes_at.astimezone(CHINA)
        if opens.time() == closes.time() == time():
            return f"{day_label(self.first_day)}至{day_label(self.last_day)}"
        last = closes - timedelta(seconds=1)
        return f"{day_label(opens.date())} {opens:%H:%M:%S}至{day_label(last.date())} {last:%H:%M:%S}"


BEGINNINGS = ("opens_at", "first_day")
"""How the beginning of a window may be written; one of them is."""

ENDS = ("closes_at", "last_day", "last_second")
"""How the end of a window may be written; one of them is."""


@attrs.frozen
class WrittenWindow:
    """
    A window as it is written in a request: one beginning, one end.

    It begins at an instant (``opens_at``) or with a day of China (``first_day``). It ends before an instant
    (``closes_at``), or with a day or a second that is still inside (``last_day``, ``last_second``).
    """

    opens_at: datetime | None = None
    first_day: date | None = None
    closes_at: datetime | None = None
    last_day: date | None = None
    last_second: datetime | None = None

    @property
    def window(self) -> Window:
        """
        The window that is meant.

        Raises:
            InputInvalid: ``window-beginning``, ``window-end``: none is given, or more than one; ``window-day``: a
                day that the calendar here does not reach.
        """
        given = {name for name in attrs.fields_dict(WrittenWindow) if getattr(self, name) is not None}
        problems = [
            Problem("$", code, f"{'、'.join(names)}须填写一项，且只能填写一项")
            for code, names in (("window-beginning", BEGINNINGS), ("window-end", ENDS))
            if len(given & set(names)) != 1
        ]
        if problems:
            raise InputInvalid(problems)
        try:
            return Window(self._opens(), self._closes())
        except OverflowError as ex:
            raise InputInvalid([Problem("$", "window-day", "日期超出范围")]) from ex

    def _opens(self) -> datetime:
        return day_starts_at(self.first_day) if self.first_day is not None else _given(self.opens_at)

    def _closes(self) -> datetime:
        if self.last_day is not None:
            return day_starts_at(self.last_day + timedelta(days=1))
        if self.last_second is not None:
            return self.last_second.replace(microsecond=0) + timedelta(seconds=1)
        return _given(self.closes_at)


def _given(instant: datetime | None) -> datetime:
    assert instant is not None  # exactly one is
    return instant


def day_label(day: date) -> str:
    """
    Return a day as people write it.

    >>> day_label(date(2023, 11, 27))
    '2023年11月27日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


@attrs.frozen
class CycleWindows:
    """
    All windows of one cycle.

    The first four must be given. ``agency_review`` defaults to start of review – end of evaluation;
    ``exemption`` and ``exemption_review`` to the same end, opening with the review: an application needs
    待参加考核, which is the lower bound that counts. The make-up windows stay None until the province sets
    them.
    """

    agency_application: Window
    registration: Window
    review: Window
    evaluation: Window
    agency_review: Window = attrs.field()
    exemption: Window = attrs.field()
    exemption_review: Window = attrs.field()
    makeup_registration: Window | None = None
    makeup_confirm: Window | None = None
    makeup: Window | None = None

    @agency_review.default
    def _default_agency_review(self) -> Window:
        return Window(self.review.opens_at, self.evaluation.closes_at)

    @exemption.default
    def _default_exemption(self) -> Window:
        return Window(self.review.opens_at, self.evaluation.closes_at)

    @exemption_review.default
    def _default_exemption_review(self) -> Window:
        return Window(self.review.opens_at, self.evaluation.closes_at)

    def problems(self, *, makeup_required: bool = False) -> tuple[Problem, ...]:
        """
        List what is wrong with these windows, all at once; empty when a cycle may be published.

        Registration and review may run side by side, as on the manual's home page (手册 2.2.2); neither
        may end before it begins, and no later step may end before the one it waits for. Late registration neither
        begins before registration nor ends after the confirmation of the make-up, which is where it leads.

        Args:
            makeup_required: also demand make-up confirmation and make-up (before make-up is opened).
        """
        return (*self._spans_reversed(), *self._out_of_order(), *self._missing(makeup_required))

    def first_opens_at(self) -> datetime:
        """Return when the earliest window opens: the cycle is running from then on."""
        return min(window.opens_at for _, window in self._given())

    def _given(self) -> Iterator[tuple[str, Window]]:
        for name in LABELS:
            window = getattr(self, name)
            if window is not None:
                yield name, window

    def _spans_reversed(self) -> Iterator[Problem]:
        for name, window in self._given():
            if window.closes_at <= window.opens_at:
                yield Problem(f"$.{name}", "window-reversed", f"{LABELS[name]}的结束时间须晚于开始时间")

    def _out_of_order(self) -> Iterator[Problem]:
        given = dict(self._given())
        for bound, earlier, later in _ORDER:
            if earlier not in given or later not in given:
                continue
            if getattr(given[later], bound) < getattr(given[earlier], bound):
                verb = "开始" if bound == "opens_at" else "结束"
                message = f"{LABELS[later]}不得早于{LABELS[earlier]}{verb}"
                yield Problem(f"$.{later}", "window-order", message)
        confirm = given.get("makeup_confirm")
        if confirm is not None and confirm.opens_at < self.evaluation.closes_at:
            yield Problem("$.makeup_confirm", "window-order", "确认补考须在测评结束之后开始")

    def _missing(self, makeup_required: bool) -> Iterator[Problem]:
        for name in ("makeup_confirm", "makeup") if makeup_required else ():
            if getattr(self, name) is None:
                yield Problem(f"$.{name}", "window-missing", f"须设置{LABELS[name]}")


LABELS: dict[str, str] = {
    "agency_application": "申请考核机构时间",
    "registration": "医师报考申报时间",
    "review": "报名信息审核时间",
    "evaluation": "计划测评考核时间",
    "agency_review": "考核机构复核时间",
    "exemption": "免考申请时间",
    "exemption_review": "免考审核时间",
    "makeup_registration": "补报时间",
    "makeup_confirm": "确认补考时间",
    "makeup": "补考时间",
}
"""Window → Chinese label; the first four as on the manual's home page (手册 2.2.2)."""

_ORDER = (
    ("opens_at", "registration", "review"),
    ("closes_at", "registration", "review"),
    ("opens_at", "review", "evaluation"),
    ("closes_at", "review", "evaluation"),
    ("opens_at", "review", "agency_review"),
    ("closes_at", "exemption", "exemption_review"),
    ("closes_at", "exemption", "evaluation"),
    ("closes_at", "exemption_review", "evaluation"),
    ("opens_at", "registration", "makeup_registration"),
    ("closes_at", "makeup_registration", "makeup_confirm"),
    ("opens_at", "makeup_confirm", "makeup"),
    ("closes_at", "makeup_confirm", "makeup"),
)

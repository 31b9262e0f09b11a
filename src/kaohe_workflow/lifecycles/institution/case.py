"""
What an organisation keeps between events.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.parameters import KINDS
from kaohe_workflow.values.terms import LabelledEnum, OrganisationKind
from kaohe_workflow.values.working_days import CalendarDay


class Grade(LabelledEnum):
    """机构级别 of a medical institution, as its profile shows it (手册 2.2.2)."""

    THIRD_SPECIAL = "third_special", "三级特等"
    THIRD_A = "third_a", "三级甲等", "三级甲", "三甲"
    THIRD_B = "third_b", "三级乙等", "三级乙", "三乙"
    THIRD_C = "third_c", "三级丙等", "三级丙", "三丙"
    SECOND_A = "second_a", "二级甲等", "二级甲", "二甲"
    SECOND_B = "second_b", "二级乙等", "二级乙", "二乙"
    SECOND_C = "second_c", "二级丙等", "二级丙", "二丙"
    FIRST_A = "first_a", "一级甲等", "一级甲", "一甲"
    FIRST_B = "first_b", "一级乙等", "一级乙", "一乙"
    FIRST_C = "first_c", "一级丙等", "一级丙", "一丙"
    UNGRADED = "ungraded", "未定级"


@attrs.frozen
class LogInPace:
    """
    How fast browsers that are not known may try an institution's accounts, all of them together.

    ``burst`` tries at once, then ``per_minute``; the bounds are those of the province's own values
    (`log_in_institution_…`).

    Raises:
        InputInvalid: ``pace-out-of-range``.
    """

    burst: int
    per_minute: int

    def __attrs_post_init__(self) -> None:
        problems = []
        for name, number in (("burst", self.burst), ("per_minute", self.per_minute)):
            try:
                KINDS[f"log_in_institution_{name}"].read(number)
            except ValueError:
                problems.append(Problem(f"$.pace.{name}", "pace-out-of-range", "登录频率超出范围"))
        if problems:
            raise InputInvalid(problems)


@attrs.frozen
class Institution:
    """
    An administration or a health institution, at its place in the tree.

    ``institution_id`` is its own id. ``path`` holds the ids from the root down to its own, as
    ``/province/city/own/``. ``agency_id`` is the organisation that assesses its physicians (it may be
    itself), in each cycle in which it is entrusted with it; in others, and where there is none, the direct superior
    does. ``is_agency`` marks whom an administration has entrusted with assessing in a running cycle, whichever
    (考核办法 第七条). ``beds`` are those of its licence, None where the profile does not tell. ``confirmed_cycles`` are
    the cycles whose dates it has confirmed.
    ``working_days``, of a province, are the days of which it says something else than the statutory calendar, in
    their order. ``log_in_pace`` is how fast its accounts may be tried, None where the province's values hold.
    """

    institution_id: str
    name: str
    kind: OrganisationKind
    superior_id: str | None
    path: str
    agency_id: str | None = None
    is_agency: bool = False
    address: str | None = None
    grade: Grade | None = None
    beds: int | None = None
    credit_code: str | None = None
    contact: str | None = None
    contact_phone: str | None = None
    confirmed_cycles: tuple[str, ...] = ()

    @property
    def assesses_itself(self) -> bool:
        """Whether its own physicians are assessed by itself, which is allowed and shown (考核办法 第十条)."""
        return self.agency_id == self.institution_id

    working_days: tuple[CalendarDay, ...] = ()
    log_in_pace: LogInPace | None = None

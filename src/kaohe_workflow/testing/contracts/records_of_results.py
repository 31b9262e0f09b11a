"""Small records of what follows a result and of who oversees it, with the attributes that columns are taken from."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs

from kaohe_workflow.lifecycles.spot_check.case import Subject
from kaohe_workflow.values.terms import Procedure, ReturnCode

NOW = datetime(2024, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)  # when everything in these tests happens


@attrs.frozen
class ResultReview:
    """An application for review of a version of a result."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    result_version: int = 1
    applied_on: date = date(2024, 2, 1)
    grounds: str = "申请复核"
    answer: str = ""


@attrs.frozen
class ResultReport:
    """An assessment institution's report of a cycle."""

    institution_id: str = "i1"
    cycle_id: str = "c1"
    submitted_at: datetime | None = None
    overdue: bool = False
    late: bool = False
    registered: bool = False


@attrs.frozen
class EnrolmentList:
    """An institution's list of who takes part in a cycle."""

    institution_id: str = "i1"
    cycle_id: str = "c1"
    number: int = 2
    number_added: int = 2
    return_code: ReturnCode | None = None
    submitted_at: datetime = NOW
    decided_at: datetime | None = None
    decided_by: str | None = None


@attrs.frozen
class SpotCheck:
    """A sample of results that is looked at."""

    institution_id: str = "i1"
    cycle_id: str = "c1"
    subject: Subject = Subject.RESULTS
    procedure: Procedure | None = None
    population: int = 10
    faulty: int = 0
    drawn_at: datetime = NOW


@attrs.frozen
class FollowUp:
    """What follows a version of a result."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    result_version: int = 1
    order_from: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    ground_known_on: date | None = None
    reported_on: date | None = None
    reported: bool = False
    reported_late: bool = False
    barred_until: date | None = None


@attrs.frozen
class Announcement:
    """What an administration has announced."""

    institution_id: str = "i1"
    title: str = "关于报名的公告"
    published_on: date | None = None

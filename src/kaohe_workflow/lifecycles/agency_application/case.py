"""
What an institution's application to be an assessment institution keeps between events.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum


class Shortfall(LabelledEnum):
    """Why an administration should look twice before it entrusts an institution (考核办法 第七条); a warning only."""

    BEDS_UNKNOWN = "beds_unknown", "机构信息未填写床位数"
    FEW_BEDS = "few_beds", "医疗机构的床位数低于规定"
    FEW_PHYSICIANS = "few_physicians", "预防、保健机构的医师人数低于规定"


class Fault(LabelledEnum):
    """What an assessment institution loses its status for (考核办法 第二十九条), in the order of its items."""

    DUTY_NEGLECTED = "duty_neglected", "不履行或不正确履行考核职责"
    FRAUD = "fraud", "弄虚作假、徇私舞弊"
    UNFAIR = "unfair", "考核显失公平"
    TOOK_PROPERTY = "took_property", "考核人员索要或收受被考核医师及其机构的财物"
    REFUSED_SUPERVISION = "refused_supervision", "拒绝接受监督或抽查核实"
    PROVINCIAL = "provincial", "省级卫生健康行政部门规定的其他情形"


@attrs.frozen(kw_only=True)
class Material:
    """
    The five attachments (附件信息, 手册 2.2.4), each the ids of stored files; ``other`` may be empty.

    ``registration_form`` 信息登记表, ``licence`` 执业许可证等复印件, ``committee`` 考核委员会组织架构、成员名单及简历,
    ``rules`` 工作制度和具体实施方案, ``other`` 省级规定的其他材料.
    """

    registration_form: tuple[AttachmentId, ...] = ()
    licence: tuple[AttachmentId, ...] = ()
    committee: tuple[AttachmentId, ...] = ()
    rules: tuple[AttachmentId, ...] = ()
    other: tuple[AttachmentId, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the first four are there."""
        return all(getattr(self, name) for name, _ in REQUIRED_MATERIAL)


REQUIRED_MATERIAL = (
    ("registration_form", "信息登记表"),
    ("licence", "执业许可证等复印件"),
    ("committee", "考核委员会组织架构、成员名单及简历"),
    ("rules", "工作制度和具体实施方案"),
)
"""Attachments without which an application is not complete, in the form's order → their labels (手册 2.2.4)."""


class CommitteePosition(LabelledEnum):
    """What a member does in the assessment committee (考核办法 第九条); the office organises the work."""

    CHAIR = "chair", "主任委员"
    DEPUTY = "deputy", "副主任委员"
    MEMBER = "member", "委员"
    OFFICE = "office", "办公室成员"


class Rank(LabelledEnum):
    """The rank of a 专业技术职务, low to high; a committee has members of more professions than physicians."""

    JUNIOR = "junior", "初级"
    INTERMEDIATE = "intermediate", "中级"
    ASSOCIATE_SENIOR = "associate_senior", "副高级"
    SENIOR = "senior", "正高级"


class CommitteeShortfall(LabelledEnum):
    """What an administration should look at in a committee's roster (考核办法 第九条); a warning only."""

    EMPTY = "empty", "考核委员会名册未填写"
    BELOW_RANK = "below_rank", "有成员既无中级以上专业技术职务，也不是医疗卫生管理人员"
    NO_PROFESSIONAL = "no_professional", "没有具有中级以上专业技术职务的医学专业技术人员"
    NO_HEALTH_ADMINISTRATOR = "no_health_administrator", "没有医疗卫生管理人员"


@attrs.frozen(kw_only=True)
class CommitteeMember:
    """
    A member of the 考核委员会, by a name that the roster has once.

    ``title`` is 专业技术职务 in words, ``rank`` its rank, None for who has none; ``administers`` marks a health
    administrator (医疗卫生管理人员), who may be a professional too. ``account_id`` is the named account with which the
    member reviews here, None where there is none: without one nobody can be held off (回避) by the rules.
    ``operator_id`` is the natural person of the account.
    """

    name: str
    title: str = ""
    rank: Rank | None = None
    administers: bool = False
    position: CommitteePosition = CommitteePosition.MEMBER
    account_id: str | None = None
    operator_id: str | None = None


@attrs.frozen(kw_only=True)
class AgencyApplication:
    """
    One institution's application for one cycle.

    ``warnings`` are the thresholds that were not met when the permission was opened, or the material last submitted.
    ``submitted_at`` 申请时间 and ``decided_at`` 审核时间 are the last ones, ``returned_at`` the last return;
    ``approved_at`` is when it became an assessment institution, and stays when it ceases to be one.
    ``filed_at`` is when the entrustment was reported upward. ``report`` are the files of the report on the present
    correction. ``committee`` is the roster of the 考核委员会, ``committee_warnings`` what it lacked when it was
    written, or the material last submitted. ``faults`` and ``barred_cycles`` are set with a disqualification.
    """

    institution_id: str
    cycle_id: str
    material: Material = attrs.field(factory=Material)
    warnings: tuple[Shortfall, ...] = ()
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    returned_at: datetime | None = None
    approved_at: datetime | None = None
    filed_at: datetime | None = None
    report: tuple[AttachmentId, ...] = ()
    committee: tuple[CommitteeMember, ...] = ()
    committee_warnings: tuple[CommitteeShortfall, ...] = ()
    faults: tuple[Fault, ...] = ()
    barred_cycles: int = 0

    @property
    def correction_reported(self) -> bool:
        """Whether the report on the present correction, or on the last one, is there (考核办法 第二十九条)."""
        return bool(self.report)


@attrs.frozen(kw_only=True)
class Bar:
    """A disqualification: in the cycle that began on ``first_day``, for so many cycles after it."""

    first_day: date
    cycles: int

    def covers(self, first_day: date, published: Collection[date]) -> bool:
        """
        Whether it still counts in the cycle that begins on ``first_day`` (考核办法 第二十九条: two cycles or more).

        Read: counted are the cycles that begin after the one in which the status was lost, this one included; the bar
        ends when as many have passed as were named. Dates of the assessed span count, not those of publication.

        Args:
            published: the first days of all published cycles; the one that is asked about counts in any case.
        """
        passed = sum(self.first_day < day <= first_day for day in {*published, first_day})
        return self.first_day < first_day and passed <= self.cycles

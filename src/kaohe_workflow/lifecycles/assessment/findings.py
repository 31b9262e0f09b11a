"""
直接认定不合格: what makes a result 不合格 whatever the papers are (考核办法 第二十七条).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum


class FindingStanding(LabelledEnum):
    """What the agency has decided about a finding."""

    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DISMISSED = "dismissed", "不成立"


class DirectGround(LabelledEnum):
    """The fourteen situations of 考核办法 第二十七条, in the order of its items."""

    MALPRACTICE = "malpractice", "发生医疗事故并负有完全或者主要责任"
    UNAPPROVED_PLACE = "unapproved_place", "未经所在机构或者卫生健康行政部门批准，擅自在注册地点以外执业"
    OTHER_CATEGORY = "other_category", "跨执业类别执业"
    SAT_FOR_ANOTHER = "sat_for_another", "代他人参加医师资格考试"
    TOOK_FROM_PATIENTS = "took_from_patients", "向患者或者其亲属索取财物，或者谋取其他不正当利益"
    TOOK_FROM_SELLERS = (
        "took_from_sellers",
        "向医疗器械、药品、试剂的生产或者销售者索取、收受回扣、提成或者其他利益",
    )
    TOOK_FOR_REFERRAL = "took_for_referral", "介绍患者到其他单位检查、治疗或者购药并收取回扣、提成"
    FALSE_DOCUMENTS = "false_documents", "出具虚假医学证明文件，或者参与虚假医疗广告宣传、药品器械促销"
    SPREAD_OF_INFECTION = (
        "spread_of_infection",
        "未履行医院感染控制职责，消毒或者无害化处置不力，造成疾病传播",
    )
    LEAKED_PRIVACY = (
        "leaked_privacy",
        "故意泄露传染病病人、病原携带者、疑似病人、密切接触者涉及个人隐私的信息",
    )
    NEGLECTED_SURVEILLANCE = (
        "neglected_surveillance",
        "疾病预防控制机构的医师未履行监测、报告、调查、处理职责，造成严重后果",
    )
    POOR_ETHICS = "poor_ethics", "考核周期内有一次以上医德考评结果为较差"
    TOOK_NO_PART = "took_no_part", "无正当理由不参加考核，或者扰乱考核秩序"
    PENALISED = "penalised", "违反执业医师法，受到行政处罚"

    @property
    def item(self) -> int:
        """The item (项) of the article, from 1."""
        return list(DirectGround).index(self) + 1


@attrs.frozen(kw_only=True)
class Finding:
    """
    One situation that was reported, with its proof; an assessment knows it by its number, from 1 in order of report.

    ``found_on`` is the day of what happened, ``evidence`` are ids of stored files. It counts once it is confirmed.
    """

    number: int
    ground: DirectGround
    found_on: date
    text: str
    evidence: tuple[AttachmentId, ...]
    reported_at: datetime
    standing: FindingStanding = FindingStanding.PENDING


def in_cycle(ground: DirectGround, found_on: date, first_day: date, last_day: date, today: date) -> bool:
    """
    Say whether something happened in the cycle, both end days included, and not after ``today``.

    Read (design): the assessment is held when the cycle's days are over, so what is done in it (item 13, not taking
    part or disturbing its order) may lie after the last day.
    """
    if not first_day <= found_on <= today:
        return False
    return found_on <= last_day or ground is DirectGround.TOOK_NO_PART


def numbered(findings: Sequence[Finding], number: int) -> Finding | None:
    """Return the finding of this number, None where there is none."""
    return next((finding for finding in findings if finding.number == number), None)

"""
What a notice is about, and whom one can go to.
"""

from __future__ import annotations

from kaohe_workflow.values.terms import LabelledEnum


class NoticeKind(LabelledEnum):
    """What a notice is about; an inbox is sorted by it, and a mail says no more than this."""

    SCHEDULE = "schedule", "考核安排"
    REGISTRATION = "registration", "报名"
    RETURN = "return", "驳回"
    EXEMPTION = "exemption", "免考"
    DEFERRAL = "deferral", "延考"
    SITTING = "sitting", "测评"
    CHEATING = "cheating", "疑似作弊"
    FINDING = "finding", "直接认定不合格"
    RESULT = "result", "考核结果"
    REVIEW = "review", "复核申请"
    FOLLOW_UP = "follow_up", "结果后续"
    CERTIFICATE = "certificate", "证书"
    AGENCY = "agency", "考核机构"
    INSTITUTION = "institution", "机构信息"
    AMENDMENT = "amendment", "信息修改"
    AFFILIATION = "affiliation", "执业机构"
    DEPARTMENT = "department", "科室"
    ACCOUNT = "account", "账户"
    ANNOUNCEMENT = "announcement", "公告"
    REMINDER = "reminder", "提醒"


class ChannelKind(LabelledEnum):
    """How a notice goes out of the inbox: it says that there is one, and never what it says."""

    MAIL = "mail", "电子邮件"
    WEBHOOK = "webhook", "接口推送"


class RecipientKind(LabelledEnum):
    """Whose inbox: one account's, that of everybody who acts for an organisation, or a physician's for good."""

    ACCOUNT = "account", "账户"
    ORGANISATION = "organisation", "机构"
    PHYSICIAN = "physician", "医师"

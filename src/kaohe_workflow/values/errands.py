"""
Jobs that people ask for.
"""

from __future__ import annotations

from kaohe_workflow.values.terms import LabelledEnum


class ErrandKind(LabelledEnum):
    """What is to be done."""

    CERTIFICATES = "certificates", "批量打印证书"


class ErrandStanding(LabelledEnum):
    """How far it is."""

    WAITING = "waiting", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"

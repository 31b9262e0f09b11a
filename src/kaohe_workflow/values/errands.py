"""
Jobs that people ask for, or that follow from what they have done.
"""

from __future__ import annotations

from kaohe_workflow.values.terms import LabelledEnum


class ErrandKind(LabelledEnum):
    """What is to be done."""

    CERTIFICATES = "certificates", "批量打印证书"
    ACTIVATIONS = "activations", "批量开通医师账户"


class ErrandStanding(LabelledEnum):
    """How far it is."""

    WAITING = "waiting", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


class OpeningStanding(LabelledEnum):
    """How far the job is that opens the cases of a cycle."""

    NOT_BEGUN = "not_begun", "尚未发布"
    WAITING = "waiting", "等待开始"
    RUNNING = "running", "进行中"
    ENDED = "ended", "已完成"
    STOPPED = "stopped", "已停止"

"""
不合格的后续处理: suspension, training, re-assessment, 注销注册 and its bar (考核办法 第二十六条).
"""

from kaohe_workflow.lifecycles.follow_up.actions import ACTIONS
from kaohe_workflow.lifecycles.follow_up.case import FollowUp
from kaohe_workflow.lifecycles.follow_up.events import PAYLOADS
from kaohe_workflow.lifecycles.follow_up.facts import FollowUpFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("follow_up", FollowUp, PAYLOADS, FollowUpFacts, ACTIONS)

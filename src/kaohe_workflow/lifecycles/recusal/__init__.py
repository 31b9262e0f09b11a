"""
回避: a member of the assessment committee has nothing to do with one physician's file.
"""

from kaohe_workflow.lifecycles.recusal.actions import ACTIONS
from kaohe_workflow.lifecycles.recusal.case import Recusal
from kaohe_workflow.lifecycles.recusal.events import PAYLOADS
from kaohe_workflow.lifecycles.recusal.facts import RecusalFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("recusal", Recusal, PAYLOADS, RecusalFacts, ACTIONS)

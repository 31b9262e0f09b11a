"""
考核周期: from the draft of its dates to the archive.
"""

from kaohe_workflow.lifecycles.cycle.actions import ACTIONS
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.cycle.events import PAYLOADS
from kaohe_workflow.lifecycles.cycle.facts import CycleFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("cycle", Cycle, PAYLOADS, CycleFacts, ACTIONS)

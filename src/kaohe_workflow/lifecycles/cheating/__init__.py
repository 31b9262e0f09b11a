"""
疑似作弊: a mark beside one paper, from whoever saw it to the decision of the province.
"""

from kaohe_workflow.lifecycles.cheating.actions import ACTIONS
from kaohe_workflow.lifecycles.cheating.case import Cheating
from kaohe_workflow.lifecycles.cheating.events import PAYLOADS
from kaohe_workflow.lifecycles.cheating.facts import CheatingFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("cheating", Cheating, PAYLOADS, CheatingFacts, ACTIONS)

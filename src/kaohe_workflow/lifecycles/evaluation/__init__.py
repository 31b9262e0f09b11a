"""
测评: one paper of one physician in one stage, from its assignment to its result.
"""

from kaohe_workflow.lifecycles.evaluation.actions import ACTIONS
from kaohe_workflow.lifecycles.evaluation.case import Evaluation
from kaohe_workflow.lifecycles.evaluation.events import PAYLOADS
from kaohe_workflow.lifecycles.evaluation.facts import EvaluationFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("evaluation", Evaluation, PAYLOADS, EvaluationFacts, ACTIONS)

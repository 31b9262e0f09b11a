"""
医师定期考核: one physician in one cycle, from 未确认参加 to the result.
"""

from kaohe_workflow.lifecycles.assessment.actions import ACTIONS
from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.events import PAYLOADS
from kaohe_workflow.lifecycles.assessment.facts import AssessmentFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("assessment", Assessment, PAYLOADS, AssessmentFacts, ACTIONS)

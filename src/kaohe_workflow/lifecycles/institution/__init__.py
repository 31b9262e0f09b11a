"""
机构: administrations and health institutions in one tree.
"""

from kaohe_workflow.lifecycles.institution.actions import ACTIONS
from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.lifecycles.institution.events import PAYLOADS
from kaohe_workflow.lifecycles.institution.facts import InstitutionFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("institution", Institution, PAYLOADS, InstitutionFacts, ACTIONS)

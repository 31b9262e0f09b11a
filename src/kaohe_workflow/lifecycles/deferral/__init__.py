"""
延考: an application to sit in a later stage, from the physician over institution and office.
"""

from kaohe_workflow.lifecycles.deferral.actions import ACTIONS
from kaohe_workflow.lifecycles.deferral.case import Deferral
from kaohe_workflow.lifecycles.deferral.events import PAYLOADS
from kaohe_workflow.lifecycles.deferral.facts import DeferralFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("deferral", Deferral, PAYLOADS, DeferralFacts, ACTIONS)

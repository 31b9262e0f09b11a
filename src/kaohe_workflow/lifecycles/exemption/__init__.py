"""
免考: an application to be spared one paper, from the physician over institution and agency.
"""

from kaohe_workflow.lifecycles.exemption.actions import ACTIONS
from kaohe_workflow.lifecycles.exemption.case import Exemption
from kaohe_workflow.lifecycles.exemption.events import PAYLOADS
from kaohe_workflow.lifecycles.exemption.facts import ExemptionFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("exemption", Exemption, PAYLOADS, ExemptionFacts, ACTIONS)

"""
医师: a physician and the institution that the physician is attached to.
"""

from kaohe_workflow.lifecycles.affiliation.actions import ACTIONS
from kaohe_workflow.lifecycles.affiliation.case import Affiliation
from kaohe_workflow.lifecycles.affiliation.events import PAYLOADS
from kaohe_workflow.lifecycles.affiliation.facts import AffiliationFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("affiliation", Affiliation, PAYLOADS, AffiliationFacts, ACTIONS)

"""
申请考核机构: how an institution becomes, is, and ceases to be an assessment institution of a cycle.
"""

from kaohe_workflow.lifecycles.agency_application.actions import ACTIONS
from kaohe_workflow.lifecycles.agency_application.case import AgencyApplication
from kaohe_workflow.lifecycles.agency_application.events import PAYLOADS
from kaohe_workflow.lifecycles.agency_application.facts import AgencyApplicationFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("agency_application", AgencyApplication, PAYLOADS, AgencyApplicationFacts, ACTIONS)

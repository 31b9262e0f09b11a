"""
考核名单: who of an institution takes part in a cycle, approved as a whole by its assessment institution.
"""

from kaohe_workflow.lifecycles.enrolment_list.actions import ACTIONS
from kaohe_workflow.lifecycles.enrolment_list.case import EnrolmentList
from kaohe_workflow.lifecycles.enrolment_list.events import PAYLOADS
from kaohe_workflow.lifecycles.enrolment_list.facts import EnrolmentListFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("enrolment_list", EnrolmentList, PAYLOADS, EnrolmentListFacts, ACTIONS)

"""
医师信息修改申请: an application to correct one locked field of a physician's record.
"""

from kaohe_workflow.lifecycles.amendment.actions import ACTIONS
from kaohe_workflow.lifecycles.amendment.case import Amendment
from kaohe_workflow.lifecycles.amendment.events import PAYLOADS
from kaohe_workflow.lifecycles.amendment.facts import AmendmentFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("amendment", Amendment, PAYLOADS, AmendmentFacts, ACTIONS)

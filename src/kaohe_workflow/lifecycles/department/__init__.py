"""
科室: what physicians choose from when they register.
"""

from kaohe_workflow.lifecycles.department.actions import ACTIONS
from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.lifecycles.department.events import PAYLOADS
from kaohe_workflow.lifecycles.department.facts import DepartmentFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("department", Department, PAYLOADS, DepartmentFacts, ACTIONS)

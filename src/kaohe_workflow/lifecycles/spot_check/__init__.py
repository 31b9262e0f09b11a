"""
抽查核实: a sample of files or results that is drawn and looked at one by one (考核办法 第十条).
"""

from kaohe_workflow.lifecycles.shape import Lifecycle
from kaohe_workflow.lifecycles.spot_check.actions import ACTIONS
from kaohe_workflow.lifecycles.spot_check.case import SpotCheck
from kaohe_workflow.lifecycles.spot_check.events import PAYLOADS
from kaohe_workflow.lifecycles.spot_check.facts import SpotCheckFacts

LIFECYCLE = Lifecycle("spot_check", SpotCheck, PAYLOADS, SpotCheckFacts, ACTIONS)

"""
考核结果报告: what an assessment institution reports to its administration after a cycle (考核办法 第十五条).
"""

from kaohe_workflow.lifecycles.result_report.actions import ACTIONS
from kaohe_workflow.lifecycles.result_report.case import ResultReport
from kaohe_workflow.lifecycles.result_report.events import PAYLOADS
from kaohe_workflow.lifecycles.result_report.facts import ResultReportFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("result_report", ResultReport, PAYLOADS, ResultReportFacts, ACTIONS)

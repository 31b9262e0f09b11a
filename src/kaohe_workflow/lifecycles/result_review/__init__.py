"""
复核申请: the physician asks for a review of the result within 30 days, and is answered within 30 (考核办法 第二十四条).
"""

from kaohe_workflow.lifecycles.result_review.actions import ACTIONS
from kaohe_workflow.lifecycles.result_review.case import ResultReview
from kaohe_workflow.lifecycles.result_review.events import PAYLOADS
from kaohe_workflow.lifecycles.result_review.facts import ResultReviewFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("result_review", ResultReview, PAYLOADS, ResultReviewFacts, ACTIONS)

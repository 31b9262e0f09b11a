"""
What lies around a case when it is decided: the other cases that its guards and actions look at.

A lifecycle says what it needs in its `Around` protocol; one module here answers for each lifecycle. Every answer for a
whole batch comes from one query a kind, made only if a fact asks for it.
"""

from kaohe_workflow.application.around.surroundings import Surroundings

__all__ = ["Surroundings"]

"""
What of a record is also a column, and which views join them: one declaration for every store.
"""

from kaohe_workflow.application.projection.columns import COLUMNS, PERSONAL
from kaohe_workflow.application.projection.shapes import Column, Join, Kind, Projection, View, places
from kaohe_workflow.application.projection.views import VIEWS

__all__ = ["COLUMNS", "PERSONAL", "VIEWS", "Column", "Join", "Kind", "Projection", "View", "places"]

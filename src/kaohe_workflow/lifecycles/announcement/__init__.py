"""
公告: what an administration lets every organisation below it know.
"""

from kaohe_workflow.lifecycles.announcement.actions import ACTIONS
from kaohe_workflow.lifecycles.announcement.case import Announcement
from kaohe_workflow.lifecycles.announcement.events import PAYLOADS
from kaohe_workflow.lifecycles.announcement.facts import AnnouncementFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("announcement", Announcement, PAYLOADS, AnnouncementFacts, ACTIONS)

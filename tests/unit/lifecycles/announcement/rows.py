"""A case for each row of an announcement, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.announcement.case import Announcement
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement, SaveAnnouncement
from kaohe_workflow.testing.organisations import NOW, AnnouncementAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

PUBLISHER = ("administration", "own")
DRAFT = Announcement(institution_id="county", title="关于报名的公告", text="请按时完成报名。")
PUBLISHED = attrs.evolve(DRAFT, published_at=NOW)
WORDS = {"title": "关于报名的公告", "text": "请按时完成报名。"}


def case(state, event, target, record=DRAFT, *, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="announcement", state=state, record=record),
        sending=Sending(event=event, by=PUBLISHER, now=NOW, around=AnnouncementAround(), **more),
        target=target,
        refused=refused or {},
    )


CLOSED = {"around": AnnouncementAround(publisher_state="closed")}
CASES = (
    case("none", "create", "draft", None, payload=CreateAnnouncement(institution_id="county", **WORDS)),
    case("draft", "save", "draft", payload=SaveAnnouncement(**WORDS)),
    case("draft", "publish", "published", refused={"publisher_open": CLOSED}),
    case("published", "withdraw", "withdrawn", PUBLISHED, reason="内容有误"),
    case("draft", "discard", "discarded"),
)

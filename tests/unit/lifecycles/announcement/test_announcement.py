"""Payloads, facts and actions of an announcement."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.announcement.actions import ACTIONS
from kaohe_workflow.lifecycles.announcement.case import Announcement
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement, SaveAnnouncement
from kaohe_workflow.lifecycles.announcement.facts import AnnouncementFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.testing.organisations import NOW, AnnouncementAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.attachment import MAXIMUM_FILES
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT

MOMENT = Moment(NOW, DEFAULTS)
MADE = CreateAnnouncement(institution_id="county", title="报名", text="请按时报名。", attachments=("f1",))


def after(action, payload, record):
    """The record after an action."""
    step = Step(
        case_id="case",
        event="event",
        source="source",
        target="target",
        payload=payload,
        around=AnnouncementAround(),
        moment=MOMENT,
        account_id="account",
    )
    return ACTIONS[action](record, step)


def test_a_draft_is_what_was_written_last():
    """Title, text and files, each replaced by what is saved; nothing is published by that."""
    draft = after("create_announcement", MADE, None)
    saved = after("save_announcement", SaveAnnouncement(title="审核", text="请按时审核。"), draft)

    assert ("county", "报名", "请按时报名。", ("f1",), None, None) == attrs.astuple(draft)
    assert ("county", "审核", "请按时审核。", (), None, None) == attrs.astuple(saved)


def test_publication_and_withdrawal_are_noted():
    """Each with its instant; the words stay as they are."""
    draft = after("create_announcement", MADE, None)
    published = after("note_publication", NoPayload(), draft)
    withdrawn = after("note_withdrawal", NoPayload(), published)

    assert attrs.evolve(draft, published_at=NOW) == published
    assert attrs.evolve(published, withdrawn_at=NOW) == withdrawn


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, None),
        (datetime(2024, 1, 3, 15, 59, 59, tzinfo=UTC), date(2024, 1, 3)),
        (datetime(2024, 1, 3, 16, tzinfo=UTC), date(2024, 1, 4)),
    ],
)
def test_the_day_of_publication_is_the_day_in_china(at, expected):
    """16:00 UTC is midnight there."""
    record = Announcement(institution_id="county", title="报名", text="请按时报名。", published_at=at)

    assert expected == record.published_on


@pytest.mark.parametrize(
    ("state", "expected"), [("active", True), ("incomplete", True), ("closed", False), (None, False)]
)
def test_who_is_closed_announces_nothing(state, expected):
    """Nor does an organisation that is not there."""
    facts = AnnouncementFacts(None, NoPayload(), AnnouncementAround(publisher_state=state), MOMENT)

    assert expected is facts.publisher_open


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " \n"}, "text-empty"),
        ({"title": "报" * (SHORT_TEXT + 1)}, "text-too-long"),
        ({"title": "报\x00名"}, "text-control"),
        ({"text": " "}, "text-empty"),
        ({"text": "报" * (LONG_TEXT + 1)}, "text-too-long"),
        ({"attachments": ("f",) * (MAXIMUM_FILES + 1)}, "too-many-files"),
    ],
)
def test_what_is_written_is_checked(given, code):
    """A title and a text, neither too long, and not too many files."""
    with pytest.raises(InputInvalid) as caught:
        SaveAnnouncement(**({"title": "报名", "text": "请按时报名。"} | given))

    assert [code] == [problem.code for problem in caught.value.problems]


def test_the_longest_is_taken():
    """200 characters of a title, 20000 of a text, 50 files; a title becomes one line."""
    saved = SaveAnnouncement(
        title="报" * SHORT_TEXT, text="报" * LONG_TEXT, attachments=("f",) * MAXIMUM_FILES
    )

    assert (SHORT_TEXT, LONG_TEXT, MAXIMUM_FILES) == (
        len(saved.title),
        len(saved.text),
        len(saved.attachments),
    )
    assert "关于 报名" == SaveAnnouncement(title=" 关于\n报名 ", text="请").title

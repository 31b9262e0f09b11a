"""What a store must do with notices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Notice, Recipient
from kaohe_workflow.testing.contracts.records import NOW, made, stored
from kaohe_workflow.values.notices import NoticeKind, RecipientKind

HOSPITAL = Recipient(RecipientKind.ORGANISATION, "h1")
PHYSICIAN = Recipient(RecipientKind.PHYSICIAN, "p1")


def noticed(id: str, **more: Any) -> Notice:
    """A notice for the hospital about one assessment, with what is said otherwise."""
    given: dict[str, Any] = {
        "recipient": HOSPITAL,
        "cause": f"cause of {id}",
        "kind": NoticeKind.RETURN,
        "text": "理由：表格不完整。",
        "lifecycle": "assessment",
        "case_id": "a1",
        "created_at": NOW,
        "delivered_at": NOW + timedelta(minutes=1),
    }
    return Notice(id=id, **(given | more))


DAY = timedelta(days=1)
OLD_DAY = date(2024, 2, 22)
_DECIDED: dict[str, Any] = {"result_version": 2, "decided_on": date(2024, 2, 23)}


def _unheard(store: Store) -> bool:
    with store.begin(write=False) as unit:
        return unit.unheard(
            "c1", decided_from=date(2024, 2, 23), opened_from=NOW, delivered_from=NOW - 7 * DAY
        )


class InboxesContract:
    """Notices: told once, found by whose they are, opened once."""

    def test_notices_come_newest_first(self, store: Store) -> None:
        """Of the inboxes that are asked for, a page at a time; the ids tell which is newer."""
        mine = [noticed(f"n{place}") for place in (1, 2, 4)]
        with store.begin() as unit:
            unit.notify([*mine, noticed("n3", recipient=PHYSICIAN)])
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.inbox([HOSPITAL], before=None, limit=2)
            rest = unit.inbox([HOSPITAL], before=found[-1].id, limit=2)
            both = unit.inbox([HOSPITAL, PHYSICIAN], before=None, limit=9)
            nobody = unit.inbox([], before=None, limit=9)

        assert ([mine[2], mine[1]], [mine[0]], []) == (found, rest, nobody)
        assert ["n4", "n3", "n2", "n1"] == [notice.id for notice in both]

    def test_nobody_is_told_twice_of_one_cause(self, store: Store) -> None:
        """The first notice stays, within one unit of work and in the next; others are told of the same cause."""
        first, other = noticed("n1", cause="c"), noticed("n3", cause="c", recipient=PHYSICIAN)
        with store.begin() as unit:
            unit.notify([first, noticed("n2", cause="c", text="again"), other])
            unit.commit()
        with store.begin() as unit:
            unit.notify([noticed("n4", cause="c")])
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.inbox([HOSPITAL, PHYSICIAN], before=None, limit=9)

        assert [other, first] == found

    def test_a_notice_is_undone_with_its_cause(self, store: Store) -> None:
        """What is not committed was not told."""
        with store.begin() as unit:
            unit.notify([noticed("n1")])
        with store.begin(write=False) as unit:
            found = unit.notice("n1")

        assert found is None

    def test_only_the_first_opening_counts(self, store: Store) -> None:
        """It stays as it was noted; what is not there cannot be opened."""
        later = NOW + timedelta(days=2)
        with store.begin() as unit:
            unit.notify([noticed("n1"), noticed("n2")])
            before = unit.unopened([HOSPITAL]), unit.unopened([PHYSICIAN]), unit.unopened([])
            unit.open_notice("n1", later)
            unit.open_notice("n1", later + timedelta(days=1))
            unit.open_notice("n9", later)
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.notice("n1"), unit.unopened([HOSPITAL])
            left = unit.inbox([HOSPITAL], before=None, limit=9, unopened=True)

        assert (2, 0, 0) == before
        assert (attrs.evolve(noticed("n1"), opened_at=later), 1) == found
        assert [noticed("n2")] == left

    def test_what_is_told_of_one_case_is_found(self, store: Store) -> None:
        """In one inbox, oldest first, with the version of the result that it tells."""
        told = [noticed("n1", result_version=1), noticed("n2", result_version=2)]
        others = [
            noticed("n3", case_id="a2"),
            noticed("n4", lifecycle="exemption"),
            noticed("n5", recipient=PHYSICIAN),
        ]
        with store.begin() as unit:
            unit.notify([*others, *told[::-1]])
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.notices_of(HOSPITAL, "assessment", "a1")

        assert told == found

    @pytest.mark.parametrize(
        ("told", "unheard"),
        [
            ({}, True),
            ({"opened_at": NOW - DAY}, False),
            ({"opened_at": NOW}, True),
            ({"delivered_at": NOW - 8 * DAY}, False),
            ({"delivered_at": NOW - 7 * DAY}, True),
            ({"delivered_at": NOW - 8 * DAY, "result_version": 1}, True),
            ({"delivered_at": NOW - 8 * DAY, "recipient": HOSPITAL}, True),
            ({"delivered_at": NOW - 8 * DAY, "kind": NoticeKind.RETURN}, True),
            ({"delivered_at": NOW - 8 * DAY, "case_id": "a2"}, True),
        ],
    )
    def test_a_result_is_unheard_until_its_notice_is_old(
        self, store: Store, told: dict[str, Any], unheard: bool
    ) -> None:
        """Opened or delivered before the instants, in the physician's inbox, for this version of this result."""
        given = {"recipient": PHYSICIAN, "kind": NoticeKind.RESULT, "result_version": 2, "delivered_at": NOW}
        stored(store, made("assessment", "a1", state="unqualified", **_DECIDED))
        with store.begin() as unit:
            unit.notify([noticed("n1", **(given | told))])
            if told.get("opened_at"):
                unit.open_notice("n1", told["opened_at"])
            unit.commit()

        assert unheard is _unheard(store)

    def test_whose_result_is_not_asked_for(self, store: Store) -> None:
        """None is decided; or in another cycle, or before the day that is asked for."""
        stored(
            store,
            made("assessment", "a1", state="awaiting_assessment", **_DECIDED),
            made(
                "assessment", "a2", state="qualified", **(_DECIDED | {"physician_id": "p2", "cycle_id": "c2"})
            ),
            made(
                "assessment",
                "a3",
                state="qualified",
                **(_DECIDED | {"physician_id": "p3", "decided_on": OLD_DAY}),
            ),
        )

        assert not _unheard(store)

    @pytest.mark.parametrize(("version", "unheard"), [(1, True), (2, False)])
    def test_who_has_applied_for_review_was_told(self, store: Store, version: int, unheard: bool) -> None:
        """Of the present version; what was told of it does not matter then."""
        stored(store, made("assessment", "a1", state="qualified", **_DECIDED))
        stored(store, made("result_review", "r1", result_version=version))

        assert unheard is _unheard(store)

    def test_an_id_that_no_store_can_hold_is_nobodys(self, store: Store) -> None:
        """It is not asked for."""
        with store.begin(write=False) as unit:
            found = unit.notice("a\0b")

        assert found is None

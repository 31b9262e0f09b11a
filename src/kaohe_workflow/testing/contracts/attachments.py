"""What a store must do with what it knows of files, and a place of files with their bytes."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.errors import ConcurrentTransition, InputInvalid, NotFound
from kaohe_workflow.testing.contracts.records import NOW

_MOMENT = timedelta(microseconds=1)


def attachment(id: str, content: bytes = b"one", **more: Any) -> Attachment:
    """What is known of a file of an institution's account, with what is said otherwise."""
    known = Attachment(
        id=id,
        account_id="k1",
        institution_id="i1",
        physician_id=None,
        digest=sha256(content).hexdigest(),
        kind="pdf",
        size=len(content),
        name="规范化培训合格证书.pdf",
        at=NOW,
    )
    return attrs.evolve(known, **more)


class AttachmentsContract:
    """Rows about files."""

    def test_attachments_come_back_as_they_were_added(self, store: Store) -> None:
        """By id; what is not there, or could not be, is left out."""
        first, second = (
            attachment("f1"),
            attachment("f2", institution_id=None, physician_id="p1", size=2**31 - 1),
        )
        with store.begin() as unit:
            unit.add_attachment(first)
            unit.add_attachment(second)
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.attachments(["f2", "none", "a\0b", "f1"])
            nothing = unit.attachments([])

        assert {"f1": first, "f2": second} == found
        assert {} == nothing

    def test_an_id_is_taken_once(self, store: Store) -> None:
        """The second of two has come too late."""
        with store.begin() as unit:
            unit.add_attachment(attachment("f1"))
            unit.commit()
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.add_attachment(attachment("f1", b"two"))

    def test_a_name_that_no_store_can_hold_is_refused_as_input(self, store: Store) -> None:
        """It says so itself, before any driver does."""
        with store.begin() as unit, pytest.raises(InputInvalid):
            unit.add_attachment(attachment("f1", name="a\0b"))

    def test_what_a_case_names_is_used_from_then_on(self, store: Store) -> None:
        """Naming it again changes nothing more; what is gone cannot be named."""
        with store.begin() as unit:
            unit.add_attachment(attachment("f1"))
            unit.add_attachment(attachment("f2"))
            unit.use_attachments(["f1"])
            unit.use_attachments(["f1", "f1"])
            unit.use_attachments([])
            unit.commit()
        with store.begin() as unit:
            used = {id: one.used for id, one in unit.attachments(["f1", "f2"]).items()}
            with pytest.raises(ConcurrentTransition):
                unit.use_attachments(["f1", "none"])

        assert {"f1": True, "f2": False} == used

    def test_what_no_case_names_any_more_is_unused(self, store: Store) -> None:
        """It may be named again; what is gone changes nothing."""
        with store.begin() as unit:
            for id in ("f1", "f2", "f3"):
                unit.add_attachment(attachment(id))
            unit.use_attachments(["f1", "f2", "f3"])
            unit.disuse_attachments(["f1", "f2", "f2", "none"])
            unit.disuse_attachments([])
            unit.use_attachments(["f2"])
            unit.commit()
        with store.begin(write=False) as unit:
            used = {id: one.used for id, one in unit.attachments(["f1", "f2", "f3"]).items()}

        assert {"f1": False, "f2": True, "f3": True} == used

    def test_only_older_attachments_that_nothing_names_are_unused(self, store: Store) -> None:
        """Oldest first; what is exactly as old as the bound is not among them."""
        rows = [
            attachment("f1", at=NOW - _MOMENT),
            attachment("f2", at=NOW - 2 * _MOMENT),
            attachment("f3"),
            attachment("f4", at=NOW - _MOMENT),
        ]
        with store.begin() as unit:
            for row in rows:
                unit.add_attachment(row)
            unit.use_attachments(["f4"])
            unit.commit()
        with store.begin(write=False) as unit:
            found = ([one.id for one in unit.unused_attachments(NOW, 9)], unit.unused_attachments(NOW, 1))
            counts = [unit.count_unused_attachments(at) for at in (NOW - 2 * _MOMENT, NOW)]

        assert (["f2", "f1"], [rows[1]]) == found
        assert [0, 2] == counts

    def test_what_a_case_names_is_not_dropped(self, store: Store) -> None:
        """Nor what is not there."""
        with store.begin() as unit:
            unit.add_attachment(attachment("f1"))
            unit.add_attachment(attachment("f2"))
            unit.use_attachments(["f2"])
            unit.drop_attachments(["f1", "f2", "none"])
            unit.commit()
        with store.begin(write=False) as unit:
            left = list(unit.attachments(["f1", "f2"]))

        assert ["f2"] == left

    def test_bytes_are_named_as_long_as_one_attachment_has_them(self, store: Store) -> None:
        """Two may have handed in the same."""
        digest = attachment("f1").digest
        told = []
        with store.begin() as unit:
            told.append(digest in unit.named_contents([digest, "0" * 64, "\x00"]))
            unit.add_attachment(attachment("f1"))
            unit.add_attachment(attachment("f2"))
            for id in ("f1", "f2"):
                unit.drop_attachments([id])
                told.append(digest in unit.named_contents([digest, "0" * 64, "\x00"]))

        assert [False, True, False] == told

    def test_an_audit_tells_all_of_them(self, store: Store) -> None:
        """Whether a case names them or not."""
        rows = [attachment("f1"), attachment("f2", b"two")]
        with store.begin() as unit:
            for row in rows:
                unit.add_attachment(row)
            unit.commit()
        with store.begin(write=False) as unit, unit.audit() as audit:
            found = list(audit.attachments())

        assert rows == sorted(found, key=lambda one: getattr(one, "id", ""))


class ContentsContract:
    """
    The bytes of files; give it the fixture ``contents``, an empty place.
    """

    def test_what_is_kept_is_read_under_its_digest(self, contents: Contents) -> None:
        """Every byte, also none and many."""
        for content in (b"", b"\0\xff|" * 3, bytes(range(256)) * 4096):
            digest = contents.keep(content)

            assert sha256(content).hexdigest() == digest
            assert contents.holds(digest)
            assert content == contents.read(digest)

    def test_the_same_bytes_are_kept_once(self, contents: Contents) -> None:
        """Dropped once, they are gone."""
        digests = [contents.keep(b"same"), contents.keep(b"same")]
        contents.drop(digests[0])

        assert digests[0] == digests[1]
        assert not contents.holds(digests[0])

    def test_what_is_not_there_is_not_found(self, contents: Contents) -> None:
        """Dropping it is allowed; a digest that is none leads nowhere."""
        digest = sha256(b"never").hexdigest()
        contents.drop(digest)

        for wanted in (digest, "../../etc/passwd", digest.upper(), ""):
            with pytest.raises(NotFound):
                contents.read(wanted)
        assert not contents.holds(digest)

    def test_tidying_leaves_what_is_kept(self, contents: Contents) -> None:
        """However long ago it was."""
        digest = contents.keep(b"kept")
        contents.tidy(NOW + timedelta(days=36_500))

        assert b"kept" == contents.read(digest)

    def test_what_was_kept_long_ago_is_told(self, contents: Contents) -> None:
        """Not what is younger than the bound; what was dropped is not there."""
        digests = {contents.keep(content) for content in (b"one", b"two")}
        contents.drop(contents.keep(b"dropped"))

        assert set() == set(contents.lying(NOW - timedelta(days=36_500)))
        assert digests == set(contents.lying(NOW + timedelta(days=36_500)))

    def test_a_place_has_one_owner(self, contents: Contents) -> None:
        """Who comes first has it; that it has one is no file."""
        before = contents.owner()
        for owner in ("first", "second"):
            contents.claim(owner)

        assert (None, "first") == (before, contents.owner())
        assert [] == list(contents.lying(NOW + timedelta(days=36_500)))

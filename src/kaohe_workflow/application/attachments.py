"""
Files that prove something: handed in, given back to whom they are for, and cleared away where nothing names them.

A file belongs to whom it was handed in by, until a case names it; then whoever sees that case may fetch it through the
case, and it stays as long as the case does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from kaohe_workflow.application.access import Principal, visible
from kaohe_workflow.application.accounts.throttle import reserve, upload_bucket
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.attached import named_files
from kaohe_workflow.application.attaching import is_own
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.faces import shows_face
from kaohe_workflow.application.orphans import drop_bytes, name_bytes
from kaohe_workflow.application.ports import Clock, Identifiers, Store, UnitOfWork
from kaohe_workflow.application.queries.audience import told_to
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, Problem
from kaohe_workflow.lifecycles.account.events import ViewPhoto
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.values.attachment import file_name
from kaohe_workflow.values.terms import AccountKind, AttachmentKind

Inspect = Callable[[bytes], AttachmentKind]
"""
The kind of a file by its content.

Raises `InputInvalid` for what is damaged, of no known kind, or could do harm to whoever opens it, and `TooManyTries`
while too many files are being looked into.
"""

UNUSED_FOR = timedelta(days=7)
"""How long a file that no case names is kept: whoever hands it in files or saves a draft within days (design)."""

UNFINISHED_FOR = timedelta(days=1)
"""After so long nobody is still writing a file."""

PORTION = 200
"""How many files one unit of work clears away."""

MEBIBYTE = 1024 * 1024


@attrs.frozen
class Download:
    """A file with its bytes."""

    attachment: Attachment
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Attachments:
    """The use cases of files over a store, a place for their bytes, and what looks into them."""

    store: Store
    clock: Clock
    identifiers: Identifiers
    contents: Contents
    inspect: Inspect
    cases: Cases
    door: Door

    def maximum_bytes(self) -> int:
        """How large a file may be today (`attachment_maximum_mebibytes`)."""
        return self._moment().parameters.attachment_maximum_mebibytes * MEBIBYTE

    def _moment(self) -> Moment:
        return self.cases.catalogue.moment(self.clock.now())

    def hand_in(self, principal: Principal, name: str, content: bytes) -> Attachment:
        """
        Keep a file; it can be named in what this account sends from now on.

        It is looked into first, and its bytes are on the disk before anything is known of it: whoever is killed
        meanwhile has handed in nothing.

        Args:
            name: the file's own name; folders, invisible characters and a wrong ending are put right.

        Raises:
            NotPermitted: the caller sends nothing (an auditor), or has no password yet.
            InputInvalid: ``attachment-empty``, ``attachment-too-large`` (more than `maximum_bytes`, or for whoever
                opens it), ``attachment-kind`` (none, or one that the province does not take),
                ``attachment-unreadable``, ``attachment-unsafe``; or an argument is not of the declared kind.
            TooManyTries: too many files at once, from this account or from all.
            StorageFull: there is no room for it.
            StoreUnavailable: the store does not answer; nothing has changed.
        """
        check_arguments(("principal", principal, Principal), ("name", name, str), ("content", content, bytes))
        if principal.is_held or principal.kind is AccountKind.AUDITOR:
            raise NotPermitted("attachment", "hand_in")
        self._check_size(content)
        self._count(principal)
        attachment = self.made(principal, name, content)
        with self.store.begin() as unit:
            self.add(unit, attachment, content)
            unit.commit()
        return attachment

    def _check_size(self, content: bytes) -> None:
        maximum = self.maximum_bytes()
        if not content:
            raise _refused("attachment-empty", "文件为空")
        if len(content) > maximum:
            raise _refused("attachment-too-large", f"文件超过{maximum // MEBIBYTE} MiB")

    def _count(self, principal: Principal) -> None:
        with self.store.begin() as unit:
            reserve(unit, [upload_bucket(principal.account_id)], self.clock.now())
            unit.commit()

    def made(self, principal: Principal, name: str, content: bytes) -> Attachment:
        """
        What is known of a file whose bytes are kept; `add` makes it one that can be named.

        Raises:
            InputInvalid, TooManyTries, StorageFull, StoreUnavailable: as `hand_in`.
        """
        self._check_size(content)
        kind = self.inspect(content)
        allowed = self._moment().parameters.attachment_kinds
        if kind not in allowed:
            labels = "、".join(each.label for each in allowed)
            raise _refused("attachment-kind", f"不接受{kind.label}，可上传：{labels}")
        return Attachment(
            id=self.identifiers.new_id(),
            account_id=principal.account_id,
            institution_id=principal.organisation_id,
            physician_id=principal.physician_id,
            digest=self.contents.keep(content),
            kind=kind.value,
            size=len(content),
            name=file_name(name, kind),
            at=self.clock.now(),
        )

    def add(self, unit: UnitOfWork, attachment: Attachment, content: bytes) -> None:
        """Add what `made` has made, in a unit of work that writes."""
        # Another's file with the same bytes may have been cleared away since, and these with it.
        name_bytes(unit, self.contents, attachment.digest, content)
        unit.add_attachment(attachment)

    def own(self, principal: Principal, attachment_id: str) -> Download:
        """
        A file of the caller's own, named by a case or not.

        Raises:
            NotFound: no such file, or another's.
            InputInvalid: an argument is not of the declared kind.
            RecordDamaged: its bytes are not what was handed in.
            StoreUnavailable: the store, or the place of the bytes, does not answer.
        """
        check_arguments(("principal", principal, Principal), ("attachment_id", attachment_id, str))
        with self.store.begin(write=False) as unit:
            found = unit.attachments([attachment_id]).get(attachment_id)
        if found is None or principal.is_held or not is_own(principal, found):
            raise NotFound("attachment", attachment_id)
        return Download(found, self.contents.read(found.digest))

    def of_case(self, principal: Principal, lifecycle: str, case_id: str, attachment_id: str) -> Download:
        """
        A file that a case names, for whoever sees the case and is told of the file there.

        Where it shows the face of another, the account's history says that it was looked at before it is given.

        Raises:
            NotFound: no such case, none that the caller may know of, or it names no such file to the caller.
            InputInvalid: an argument is not of the declared kind, or there is no such lifecycle.
            RecordDamaged: the case, or the file's bytes, cannot be read any more.
            StoreUnavailable: the store, or the place of the bytes, does not answer.
        """
        check_arguments(
            ("principal", principal, Principal),
            ("case_id", case_id, str),
            ("attachment_id", attachment_id, str),
        )
        check_known("lifecycle", lifecycle, self.cases.catalogue.lifecycles)
        with self.store.begin(write=False) as unit:
            case, standing = self.cases.standing(unit, principal, lifecycle, case_id)
            told = told_to(principal, standing, case).record
            # What is only shared with everybody shows what it is, and not what proves it; what is announced is whole.
            shared = standing.shared if standing.shared == "below" else "no"
            own_range = visible(principal, attrs.evolve(standing, shared=shared))
            named = own_range and attachment_id in {id for _, id in named_files(told)}
            found = unit.attachments([attachment_id]).get(attachment_id) if named else None
        if found is None:
            raise NotFound("attachment", attachment_id)
        download = Download(found, self.contents.read(found.digest))
        oneself = principal.physician_id is not None and principal.physician_id == standing.physician_id
        if not oneself and not principal.is_system and shows_face(lifecycle, told, attachment_id):
            looked_at = ViewPhoto(lifecycle, case_id, attachment_id)
            self.door.send(principal, "account", principal.account_id, "view_photo", looked_at)
        return download

    def count_unused(self) -> int:
        """How many files `clear_away` would remove now, changing nothing."""
        with self.store.begin(write=False) as unit:
            return unit.count_unused_attachments(self.clock.now() - UNUSED_FOR)

    def clear_away(self) -> int:
        """
        Remove files that no case has named for `UNUSED_FOR`, and what dead writers have left; how many files.

        Safe to run late, twice, or on several workers at once. Bytes go only after everybody can see that nothing
        names them; what a process that dies in between leaves is dropped by `Orphans`.

        Raises:
            StoreUnavailable: the store, or the place of the bytes, does not answer; the rest stays for the next time.
        """
        now, done = self.clock.now(), 0
        while found := self._unused(now - UNUSED_FOR):
            with self.store.begin() as unit:
                unit.drop_attachments([one.id for one in found])
                left = unit.attachments([one.id for one in found])
                unit.commit()
            gone = [one for one in found if one.id not in left]
            for digest in sorted({one.digest for one in gone}):
                with self.store.begin() as unit:
                    drop_bytes(unit, self.contents, digest)
            done += len(gone)
        self.contents.tidy(now - UNFINISHED_FOR)
        return done

    def _unused(self, before: datetime) -> list[Attachment]:
        """Looked up without a writer's lock: most of the time there is none."""
        with self.store.begin(write=False) as unit:
            return unit.unused_attachments(before, PORTION)


def _refused(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$", code, message)])

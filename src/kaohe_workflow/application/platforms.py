"""
Evaluation platforms: who they are, and what they deliver (手册 2.2.9).

A platform has keys, which it signs each delivery with, and acts as the system does: it delivers what has happened on
it. What it delivers goes through the one door under the platform's own name of the delivery, so that the same delivery
has one effect, however often it comes, and one answer, for as long as answers are remembered.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from kaohe_workflow.application.access import PLATFORM, SYSTEM, Principal
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.attachments import Attachments
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.likeness import Likeness
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.phases import OPEN_PAPER
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.ports import Clock, Store
from kaohe_workflow.application.queries.numbers import looked_for
from kaohe_workflow.application.queries.to_sit import PaperToSit, papers_to_sit
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Declined, Done, Door, Outcome, Receipt, outcome_of
from kaohe_workflow.application.signatures import Signed, is_signed_with
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import (
    InputInvalid,
    LikenessUnavailable,
    NotFound,
    Problem,
    SignatureRefused,
)
from kaohe_workflow.lifecycles.evaluation.events import RecordPhoto, named_delivery
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import AttachmentKind, PaperKind

WINDOW = timedelta(minutes=5)
"""How far the instant of signing may lie from now, both ways and inclusive: clocks differ, and answers get lost."""

OVERLAP = timedelta(days=7)
"""How long a key still signs after the next one was made, unless somebody says otherwise."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_PICTURES = (AttachmentKind.JPEG.value, AttachmentKind.PNG.value)
_NOBODYS_SECRET = "0" * 64


@attrs.frozen(kw_only=True)
class Delivered:
    """
    A photo as a platform delivers it.

    ``content`` is the picture, None where only its figure is told; ``similarity`` the platform's own figure, None where
    it has none: then this installation compares, if it can.
    """

    taken_at: datetime
    name: str
    similarity: Decimal | None = None
    content: bytes | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Platforms:
    """The keys of platforms, and their deliveries, over a store."""

    door: Door
    attachments: Attachments
    likeness: Likeness

    @property
    def store(self) -> Store:
        """Where keys and papers lie."""
        return self.door.store

    @property
    def clock(self) -> Clock:
        """What says when a key holds."""
        return self.door.clock

    def add(self, platform: str) -> PlatformKey:
        """
        Make the first key of a platform, or one more; its secret is told here alone.

        Raises:
            InputInvalid: ``platform-malformed``: not a letter and up to 39 letters, digits and hyphens.
        """
        if not _NAME.fullmatch(platform):
            message = "应为小写字母开头、至多40个小写字母、数字或连字符"
            raise InputInvalid([Problem("platform", "platform-malformed", message)])
        key = self._new(platform)
        with self.store.begin() as unit:
            unit.add_platform_key(key)
            unit.commit()
        return key

    def _new(self, platform: str) -> PlatformKey:
        identifiers = self.door.tools.identifiers
        return PlatformKey(identifiers.new_id(), platform, identifiers.new_secret(32), self.clock.now())

    def rotate(self, platform: str, overlap: timedelta = OVERLAP) -> PlatformKey:
        """
        Make the next key of a platform; those that it has end after the overlap, or when they would have ended.

        Raises:
            NotFound: no key of this platform holds.
        """
        now = self.clock.now()
        holding = [key for key in self.all_keys() if key.platform == platform and key.holds(now)]
        if not holding:
            raise NotFound("platform", platform)
        key = self._new(platform)
        with self.store.begin() as unit:
            unit.add_platform_key(key)
            for one in holding:
                if one.ends_at is None or one.ends_at > now + overlap:
                    unit.end_platform_key(one.id, now + overlap)
            unit.commit()
        return key

    def end(self, key_id: str) -> None:
        """
        End a key at once.

        Raises:
            NotFound: no such key.
        """
        with self.store.begin() as unit:
            key = unit.platform_key(key_id)
            if key is None:
                raise NotFound("platform_key", key_id)
            unit.end_platform_key(key_id, min(self.clock.now(), key.ends_at or self.clock.now()))
            unit.commit()

    def all_keys(self) -> tuple[PlatformKey, ...]:
        """All keys, ended ones too, in the order in which they were made; their secrets are told to nobody again."""
        with self.store.begin(write=False) as unit:
            return tuple(attrs.evolve(key, secret="") for key in unit.platform_keys())

    def recognise(self, signed: Signed, origin: Origin | None = None) -> Principal:
        """
        The platform that has signed a request, which comes from ``origin`` as far as the host knows.

        It is a caller of the system's kind under its own name, which stands in the history of what it delivers, as does
        the key that signed.

        Raises:
            SignatureRefused: ``signature-wrong`` (no such key, an ended one, or signed with another), or
                ``signature-out-of-time``: signed more than `WINDOW` from now.
        """
        now = self.clock.now()
        with self.store.begin(write=False) as unit:
            key = unit.platform_key(signed.key_id)
        # Who guesses ids of keys learns nothing by the time it takes.
        right = is_signed_with(key.secret if key is not None else _NOBODYS_SECRET, signed)
        if key is None or not right or not key.holds(now):
            raise SignatureRefused("signature-wrong")
        if abs(now.timestamp() - signed.at) > WINDOW.total_seconds():
            raise SignatureRefused("signature-out-of-time")
        return Principal(
            account_id=f"{PLATFORM}{key.platform}",
            kind=SYSTEM.kind,
            origin=attrs.evolve(origin or Origin(), via="signature", key=key.id),
        )

    def papers(self, id_number: str) -> tuple[PaperToSit, ...]:
        """
        The papers that are to be sat, or are being sat, by the person of a number in either form, and how; none of
        strangers, and no 述职报告, which is written here.

        Raises:
            InputInvalid: the number is none.
        """
        number = looked_for(id_number)
        with self.store.begin(write=False) as unit:
            persons = unit.find("affiliation", [Where("id_hash", "eq", self._hash(number))])
            found = [paper for person in persons for paper in unit.find("evaluation", _of_person(person.id))]
            sat = [paper for paper in found if paper.record.kind is not PaperKind.STATEMENT]
            tools = self.door.tools
            moment = tools.catalogue.moment(self.clock.now())
            return papers_to_sit(Surroundings(unit, moment, tools.secrets), sat)

    def _hash(self, number: str) -> str:
        return self.door.tools.secrets.blind("id_hash", number)

    def deliver(self, platform: Principal, delivery: str, paper_id: str, event: str, payload: Any) -> Receipt:
        """
        Deliver a start, a hand-in or a score.

        The paper keeps under which name: what comes again when its answer is forgotten is refused (`first_delivery`).

        Raises:
            As `Door.send`.
        """
        named = named_delivery(payload, f"{platform.account_id}/{delivery}")
        return self.door.send(platform, "evaluation", paper_id, event, named, idempotency_key=delivery)

    def deliver_photo(
        self, platform: Principal, delivery: str, paper_id: str, delivered: Delivered
    ) -> Receipt:
        """
        Deliver a photo; where the platform has no figure, its face is compared with the 人脸底照, if both are there.

        What compares is asked before anything is written, and its silence keeps no photo out. The bytes are kept first:
        a delivery that is refused leaves some that nobody can reach.

        Raises:
            InputInvalid: the picture is none, too large, or not sound; as `Attachments.hand_in`.
            As `Door.send`.
        """
        kept = self._kept(platform, delivered)
        payload = self._photo(platform, paper_id, delivered, kept)

        def work(transaction: Transaction) -> Answer[Outcome]:
            if kept is not None:
                self.attachments.add(transaction.unit, kept, delivered.content or b"")
            tried = transaction.apply(platform, "evaluation", "record_photo", [Item(paper_id, payload)])
            outcome = outcome_of(tried[0])
            if isinstance(outcome, Declined):
                return Answer(outcome, tried, keep=False)
            return Answer(outcome, tried, remembered=outcome.receipt)

        told = [delivered.taken_at, delivered.name, delivered.similarity, kept.digest if kept else None]
        request = Request(platform, delivery, ["record_photo", paper_id, told])
        outcome = self.door.requests.answer(request, work, self._repeated)
        if isinstance(outcome, Declined):
            raise outcome.error
        return outcome.receipt

    def _repeated(self, remembered: Any) -> Outcome:
        return Done(self.door.tools.codec.structure(remembered, Receipt))

    def _kept(self, platform: Principal, delivered: Delivered) -> Attachment | None:
        if delivered.content is None:
            return None
        made = self.attachments.made(platform, delivered.name, delivered.content)
        if made.kind not in _PICTURES:
            raise InputInvalid([Problem("$.content", "attachment-kind", "监考照片应为JPEG或PNG图片")])
        return made

    def _photo(
        self, platform: Principal, paper_id: str, delivered: Delivered, kept: Attachment | None
    ) -> RecordPhoto:
        file = AttachmentId(kept.id) if kept is not None else None
        photo = RecordPhoto(taken_at=delivered.taken_at, name=delivered.name, file=file)
        if delivered.similarity is not None:
            return attrs.evolve(photo, similarity=delivered.similarity, source=platform.account_id)
        known = self._face(paper_id) if kept is not None else None
        if known is None:
            return photo
        face, against = self.attachments.contents.read(known.digest), AttachmentId(known.id)
        try:
            figure = self.likeness.compare(face, delivered.content or b"")
        except LikenessUnavailable:
            return photo
        return attrs.evolve(photo, similarity=figure.similarity, source=figure.source, against=against)

    def _face(self, paper_id: str) -> Attachment | None:
        """The 人脸底照 of whoever sits a paper."""
        with self.store.begin(write=False) as unit:
            paper = unit.read("evaluation", [paper_id]).get(paper_id)
            person = unit.read("affiliation", [paper.record.physician_id]) if paper is not None else {}
            faces = [one.record.face_photo for one in person.values()]
            file = faces[0].file if faces and faces[0] is not None else None
            return unit.attachments([file]).get(file) if file is not None else None


def _of_person(physician_id: str) -> list[Where]:
    return [Where("physician_id", "eq", physician_id), Where("state", "in", OPEN_PAPER)]

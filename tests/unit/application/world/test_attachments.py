"""Files that prove something: whose they are, who is given them, and how long they stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.adapters.memory import MemoryContents
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.attachments import PORTION, UNUSED_FOR
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, TooManyTries
from kaohe_workflow.lifecycles.assessment.case import Filing
from kaohe_workflow.lifecycles.assessment.events import Enrol, Save
from kaohe_workflow.testing.files import hand_in, pdf
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import AccountKind, AttachmentKind


@pytest.fixture
def world() -> Iterator[World]:
    with World.open("memory:") as world:
        world.application = attrs.evolve(
            world.application,
            attachments=attrs.evolve(
                world.application.attachments, inspect=lambda content: AttachmentKind.PDF
            ),
        )
        yield world


def physician(world: World, index: int = 0) -> Principal:
    return world.physician(person(index).id_number, person(index).name)


class TestHandingIn:
    """A file comes in."""

    def test_it_is_kept_under_its_digest_with_its_name(self, world: World) -> None:
        """What is given back is what was given."""
        kept = world.application.attachments.hand_in(world.hospital, "a/合格证书", b"one")
        found = world.application.attachments.own(world.hospital, kept.id)

        assert ("合格证书.pdf", "pdf", 3, False) == (kept.name, kept.kind, kept.size, kept.used)
        assert (kept, b"one") == (found.attachment, found.content)

    def test_the_same_bytes_twice_are_two_files(self, world: World) -> None:
        """Each is its sender's own; the bytes lie there once."""
        attachments = world.application.attachments
        first, second = (attachments.hand_in(who, "a", b"one") for who in (world.hospital, world.agency))

        assert first.digest == second.digest
        assert first.id != second.id
        with pytest.raises(NotFound):
            attachments.own(world.agency, first.id)

    def test_who_sends_nothing_hands_in_nothing(self, world: World) -> None:
        """Auditors read; who has no password yet sets one first."""
        for who in (
            attrs.evolve(world.province, kind=AccountKind.AUDITOR),
            attrs.evolve(world.hospital, init_only=True),
        ):
            with pytest.raises(NotPermitted):
                world.application.attachments.hand_in(who, "a", b"one")

    def test_size_is_looked_at_on_both_sides_of_the_bound(self, world: World) -> None:
        """The bound itself is taken; nothing is no file."""
        attachments = world.application.attachments
        maximum = attachments.maximum_bytes()
        attachments.hand_in(world.hospital, "a", bytes(maximum))
        codes = []
        for content in (bytes(maximum + 1), b""):
            with pytest.raises(InputInvalid) as caught:
                attachments.hand_in(world.hospital, "a", content)
            codes.append(caught.value.problems[0].code)

        assert 10 * 1024 * 1024 == maximum
        assert ["attachment-too-large", "attachment-empty"] == codes

    def test_an_account_hands_in_no_end_of_files(self, world: World) -> None:
        """Sixty at once; a minute later there is room for one more."""
        attachments = world.application.attachments
        for index in range(60):
            attachments.hand_in(world.hospital, "a", str(index).encode())
        with pytest.raises(TooManyTries):
            attachments.hand_in(world.hospital, "a", b"more")
        attachments.hand_in(world.agency, "a", b"more")
        world.clock.advance(timedelta(minutes=1))

        assert attachments.hand_in(world.hospital, "a", b"more")


class TestWhoseItIs:
    """Who may fetch a file that no case names."""

    def test_colleagues_share_and_others_do_not(self, world: World) -> None:
        """A file of an organisation is its accounts', a physician's is the physician's alone."""
        one, other = physician(world), physician(world, 1)
        own = world.application.attachments.own
        of_hospital = hand_in(world.application, world.hospital)
        of_physician = hand_in(world.application, one)
        colleague = attrs.evolve(world.hospital, account_id="another")

        assert own(colleague, of_hospital)
        assert own(attrs.evolve(one, account_id="new", organisation_id="moved"), of_physician)
        for who, id in (
            (other, of_physician),
            (world.hospital, of_physician),
            (one, of_hospital),
            (world.county, of_hospital),
            (world.county, "no-such-file"),
            (attrs.evolve(world.hospital, init_only=True), of_hospital),
        ):
            with pytest.raises(NotFound):
                own(who, id)


class TestThroughACase:
    """Who sees a case is given what it names."""

    def test_a_proof_goes_to_whoever_decides_about_it(self, world: World) -> None:
        """Institution, agency and the administrations above; another physician finds neither case nor file."""
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        exemption = journeys.apply_for_exemption(traveller)
        case = world.application.cases.get(world.hospital, "exemption", exemption)
        (id,) = case.record.attachments
        of_case = world.application.attachments.of_case

        for who in (traveller.principal, world.hospital, world.agency, world.county, world.province):
            assert pdf() == of_case(who, "exemption", exemption, id).content
        with pytest.raises(NotFound):
            of_case(physician(world, 900), "exemption", exemption, id)

    def test_a_draft_shows_its_proofs_to_its_writer_alone(self, world: World) -> None:
        """手册 2.1: only what is submitted can be seen by others."""
        who = physician(world)
        world.at(date(2023, 11, 28))
        case_id = world.assessment_of(who)
        world.send(world.hospital, "assessment", case_id, "enrol", Enrol())
        id = hand_in(world.application, who)
        world.send(who, "assessment", case_id, "save", Save(Filing(attachments=(id,))))
        of_case = world.application.attachments.of_case

        assert of_case(who, "assessment", case_id, id)
        with pytest.raises(NotFound):
            of_case(world.hospital, "assessment", case_id, id)

    def test_only_what_the_case_names_is_given(self, world: World) -> None:
        """Another's file cannot be fetched through a case that one sees."""
        journeys = Journeys.of(world)
        exemption = journeys.apply_for_exemption(journeys.to("awaiting_assessment"))
        other = hand_in(world.application, world.agency)

        with pytest.raises(NotFound):
            world.application.attachments.of_case(world.hospital, "exemption", exemption, other)


class TestClearingAway:
    """What nothing names does not stay."""

    def test_an_unused_file_goes_after_its_time(self, world: World) -> None:
        """Exactly then it still stays; its bytes go with the last file that has them."""
        attachments = world.application.attachments
        first = attachments.hand_in(world.hospital, "a", b"one")
        world.clock.advance(timedelta(hours=1))
        second = attachments.hand_in(world.agency, "a", b"one")
        world.clock.advance(UNUSED_FOR - timedelta(hours=1))
        cleared = [attachments.clear_away()]
        world.clock.advance(timedelta(microseconds=1))
        cleared.append(attachments.clear_away())
        held = attachments.contents.holds(first.digest)
        world.clock.advance(timedelta(hours=1))
        cleared.append(attachments.clear_away())

        assert [0, 1, 1] == cleared
        assert (True, False) == (held, attachments.contents.holds(second.digest))

    def test_more_than_a_portion_goes_at_once(self, world: World) -> None:
        """Nothing waits for the next sweep."""
        for index in range(PORTION + 1):
            hand_in(world.application, world.hospital, str(index).encode())
        world.clock.advance(UNUSED_FOR + timedelta(days=1))

        assert PORTION + 1 == world.application.attachments.clear_away()

    def test_bytes_that_were_cleared_away_meanwhile_are_kept_again(self, world: World) -> None:
        """Who hands in the same bytes at that very moment has them kept."""

        class Forgetful(MemoryContents):
            def keep(self, content: bytes) -> str:
                digest = super().keep(content)
                if not getattr(self, "cleared", False):
                    self.cleared = True
                    self.drop(digest)
                return digest

        attachments = attrs.evolve(world.application.attachments, contents=Forgetful())
        kept = attachments.hand_in(world.hospital, "a", b"one")

        assert b"one" == attachments.own(world.hospital, kept.id).content


def test_verification_finds_a_file_that_was_exchanged(world: World) -> None:
    """The step that named it holds its digest: whoever writes past the application, keys in hand, is found."""
    exemption = (journeys := Journeys.of(world)).apply_for_exemption(journeys.to("awaiting_assessment"))
    store, attachments = world.application.store, world.application.attachments
    with store.begin(write=False) as unit:
        (id,) = unit.read("exemption", [exemption])[exemption].record.attachments
        named = unit.attachments([id])[id]
        (row,) = unit.histories([unit.read("exemption", [exemption])[exemption]])[exemption][:1]
    before = world.application.verification.run().findings
    other = attachments.hand_in(world.hospital, "a", b"other bytes")
    with store.begin() as unit:
        unit.disuse_attachments([id])
        unit.drop_attachments([id])
        unit.add_attachment(attrs.evolve(named, digest=other.digest, size=other.size, used=True))
        unit.commit()
    after = world.application.verification.run().findings

    assert named.digest in row.body
    assert () == before
    assert [(f"attachment/{id}", "exchanged")] == [(one.where, one.code) for one in after]


def test_verification_misses_bytes_that_are_gone(world: World) -> None:
    """A file whose bytes are gone, or are others, is a finding with its id."""
    attachments = world.application.attachments
    kept = attachments.hand_in(world.hospital, "a", b"one")
    before = world.application.verification.run().findings
    attachments.contents.drop(kept.digest)
    after = world.application.verification.run().findings

    assert () == before
    assert [(f"attachment/{kept.id}", "content")] == [(one.where, one.code) for one in after]

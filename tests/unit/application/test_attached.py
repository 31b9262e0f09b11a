"""Which files a value names is found by what its class declares."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from kaohe_workflow.application.attached import finder_of, named_files
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment.case import Filing
from kaohe_workflow.lifecycles.assessment.events import Save
from kaohe_workflow.values.attachment import AttachmentId


@attrs.frozen
class Inner:
    proof: AttachmentId | None = None
    note: str = ""


@attrs.frozen
class Outer:
    first: AttachmentId
    inner: Inner
    several: tuple[Inner, ...] = ()
    either: Inner | None = None
    names: tuple[str, ...] = ()


def test_every_declared_file_is_found_with_its_place() -> None:
    """However deep, in the order of the fields; blank ones are none, and text that is not declared neither."""
    value = Outer(
        AttachmentId("a"),
        Inner(AttachmentId("b"), "x"),
        (Inner(), Inner(AttachmentId("c"))),
        Inner(AttachmentId("d")),
        ("e",),
    )

    assert ((".first", "a"), (".inner.proof", "b"), (".several[1].proof", "c"), (".either.proof", "d")) == (
        named_files(value)
    )


def test_a_payload_names_what_it_carries() -> None:
    """The files of a draft lie in its filing."""
    payload = Save(Filing(attachments=(AttachmentId("a"), AttachmentId("b"))))

    assert ((".filing.attachments[0]", "a"), (".filing.attachments[1]", "b")) == named_files(payload)


@attrs.frozen
class Plain:
    text: str
    many: tuple[str, ...]
    words: Mapping[str, str]


def test_what_declares_no_file_costs_nothing() -> None:
    """There is nothing to look through."""

    assert finder_of(Plain) is None
    assert () == named_files(Plain("a", ("b",), {}))


FILES = ("attachments", "evidence", "proofs", "certificate_file")


@pytest.mark.parametrize("lifecycle", sorted(LIFECYCLES))
def test_every_class_of_a_lifecycle_can_be_looked_through(lifecycle: str) -> None:
    """What a lifecycle keeps, and what its events carry: files among them are found, or there are none."""
    shape = LIFECYCLES[lifecycle]
    for kind in (shape.record, *shape.payloads.values()):
        declared = {field.name for field in attrs.fields(kind)} & set(FILES)

        assert not declared or finder_of(kind) is not None

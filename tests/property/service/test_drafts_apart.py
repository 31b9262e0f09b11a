"""A draft is told to nobody: two worlds that differ in what somebody has written and not sent give equal answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Save
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Category, Level, Procedure, Verdict
from tests.property.service.sides import Side
from tests.property.service.transcripts import Transcript, look_around

DEEP = settings().max_examples > 100


@attrs.frozen
class Written:
    """What somebody has written and not sent: a draft of a registration, and one of an opinion."""

    filing: Mapping[str, Any]
    opinion: GiveOpinion


TEXTS = st.sampled_from(["", "述职", "本周期内完成各项工作。", "甲" * 40])
drafts = st.builds(
    Written,
    st.fixed_dictionaries(
        {
            "procedure": st.none() | st.sampled_from(Procedure),
            "bad_record": st.none() | st.booleans(),
            "statement": TEXTS,
            "level": st.none() | st.sampled_from(Level),
            "category": st.none() | st.sampled_from(Category),
        }
    ),
    st.builds(
        GiveOpinion,
        work=st.none() | st.sampled_from(Verdict),
        ethics=st.none() | st.sampled_from(Verdict),
        work_reason=TEXTS,
        ethics_reason=TEXTS,
    ),
)

READERS = {
    "draft": ("hospital", "agency", "county", "city", "province", "auditor", "colleague"),
    "opinion": ("physician", "agency", "county", "city", "province", "auditor", "colleague"),
}
"""What is written → who sees the case, or lives beside it, and is not shown a word of it."""


def read(what: str, reader: str, written: Written, returned: bool) -> list[str]:
    """What a reader is told in a world where this was written."""
    side = Side.make()
    journeys, world = side.journeys, side.site.world
    colleague = journeys.newcomer()
    seen = journeys.newcomer()
    if what == "draft":
        journeys.lead(seen, "registration_returned" if returned else "awaiting_registration")
        save = Save(filing(journeys.department_id, **written.filing))
        world.send(seen.principal, "assessment", seen.case_id, "save", save)
    else:
        journeys.lead(seen, "returned_by_agency" if returned else "awaiting_institution_review")
        world.send(world.hospital, "assessment", seen.case_id, "save_opinion", written.opinion)
    world.settle()
    who = ("physician", colleague) if reader == "colleague" else (reader, seen)
    transcript = Transcript(side.caller(*who))
    look_around(transcript, world.cycle_id)
    return transcript.lines


@pytest.mark.manual("N-1.4")
@pytest.mark.parametrize(
    ("what", "reader"), [(what, reader) for what, readers in READERS.items() for reader in readers]
)
@settings(max_examples=40 if DEEP else 3)
@given(one=drafts, other=drafts, returned=st.booleans())
def test_a_draft_is_its_writers_alone(
    what: str, reader: str, one: Written, other: Written, returned: bool
) -> None:
    """保存是草稿: nobody else is told what stands in it, in no list, number, reason or history."""

    assert read(what, reader, one, returned) == read(what, reader, other, returned)

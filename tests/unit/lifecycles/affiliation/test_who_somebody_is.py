"""What a physician is called, and what the identity number tells of birth and sex."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.testing.organisations import DOCTOR
from kaohe_workflow.values.resident_id import Sex
from kaohe_workflow.values.terms import IdType
from tests.unit.lifecycles.affiliation.test_facts_and_actions import after, facts, new


@pytest.mark.parametrize(
    ("id_type", "changed"),
    [(IdType.RESIDENT_ID, True), (IdType.HMT_RESIDENCE, True), (IdType.PASSPORT, False)],
)
def test_what_the_number_tells_is_not_edited(id_type, changed):
    """Date of birth and sex: where the number does not tell them, they are filled in and put right (design)."""
    record = attrs.evolve(DOCTOR, id_type=id_type, birth_date=date(1980, 1, 1), sex=Sex.MALE)
    edits = EditPhysician(birth_date=date(1981, 1, 1)), EditPhysician(sex=Sex.FEMALE)
    edited = after(
        "attached", "edit", edits[0], attrs.evolve(record, id_type=IdType.PASSPORT), ("institution", "own")
    )

    assert [changed] * 2 == [facts(edit, record).locked_changed for edit in edits]
    assert not facts(EditPhysician(birth_date=date(1980, 1, 1), sex=Sex.MALE), record).locked_changed
    assert date(1981, 1, 1) == edited.birth_date
    assert not facts(EditPhysician(birth_date=date(2023, 12, 2)), record).dates_past


@pytest.mark.manual("S-79")
@pytest.mark.parametrize(
    ("payload", "known"),
    [
        (EditPhysician(phone=""), False),
        (EditPhysician(phone="0771-5801234"), False),
        (EditPhysician(phone="13800138000"), True),
        (EditPhysician(phone="", name="韦晓梅"), True),
        (EditPhysician(title="chief"), True),
    ],
)
def test_whose_name_is_unknown_keeps_a_mobile_number(payload, known):
    """The number stands in the name's place (手册 2.2.9); whose name is known may do without."""
    unnamed = attrs.evolve(DOCTOR, name="", phone="18811594425")

    assert known is facts(payload, unnamed).stays_known
    assert facts(payload, DOCTOR).stays_known


@pytest.mark.manual("S-79")
@given(
    st.sampled_from(["", "18811594425", "188 1159 4425", "韦晓梅"]), st.sampled_from([None, "18811594425"])
)
def test_a_number_in_the_name_s_place_is_kept_as_a_number(name, phone):
    """It never lies where names lie, in the open and looked through by their beginning (手册 2.2.9)."""
    try:
        payload = new(name=name, phone=phone)
    except InputInvalid:
        assert (name, phone) == ("", None)
        return
    made = after("none", "add", payload, None)

    assert made.name in ("", "韦晓梅")
    assert made.phone == ("18811594425" if phone or name not in ("", "韦晓梅") else None)
    assert made.called == (made.name or "188****4425")

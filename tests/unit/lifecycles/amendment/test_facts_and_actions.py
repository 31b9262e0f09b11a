"""What the guards of an application to correct locked data see, at both sides of every bound, and what its rows do."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.amendment.facts import AmendmentFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.amendments import PERSON, AmendmentAround, correction
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import IdType
from tests.unit.lifecycles.amendment.rows import ASKED, LAST_DAY, LATE, RECORD

pytestmark = pytest.mark.manual("S-53", "M: info-amendment review", "M: info amendment: request, withdraw")


def facts(record=RECORD, payload=None, around=None, now=ASKED, parameters=DEFAULTS):
    """The facts of an application."""
    return AmendmentFacts(
        record, payload or NoPayload(), around or AmendmentAround(), Moment(now, parameters)
    )


def sent(event, by, record=RECORD, state="pending", around=None, **more):
    """The case after an event."""
    sending = Sending(event=event, by=by, now=ASKED, around=around or AmendmentAround(), **more)
    return Trial(lifecycle="amendment", state=state, record=record).send(sending)


@pytest.mark.parametrize(("now", "silent"), [(ASKED, False), (LAST_DAY, False), (LATE, True)])
def test_the_day_of_the_application_is_day_0(now, silent):
    """The institution has ten days: the tenth after the application still counts, to its end in China."""

    assert silent is facts(now=now).silent


def test_the_days_are_the_provinces():
    """With one day, the application of the first lies until the end of the second."""
    parameters = attrs.evolve(DEFAULTS, amendment_days=1)

    assert china(date(2023, 12, 3), 0) == facts(parameters=parameters).silence_ends_at


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("attached", "attached"),
        ("unattached", "unattached"),
        ("left", "gone"),
        ("deleted", "gone"),
    ],
)
def test_where_the_physician_is(state, place):
    """Who has left or was deleted is gone, and so is who was never there."""

    assert place == facts(around=AmendmentAround(person=attrs.evolve(PERSON, state=state))).person
    assert "gone" == facts(around=AmendmentAround(person=None)).person


@pytest.mark.parametrize(("value", "past"), [("2023-12-01", True), ("2023-12-02", False)])
def test_a_day_lies_not_after_today(value, past):
    """Today still counts, tomorrow does not."""

    assert past is facts(None, correction(value=value)).date_past


@pytest.mark.parametrize(
    ("field", "value", "new"),
    [
        (LockedField.NAME, "韦晓梅", False),
        (LockedField.NAME, "韦晓玫", True),
        (LockedField.ID_NUMBER, "110105491231002", False),
        (LockedField.ID_NUMBER, "450103198001011233", True),
        (LockedField.LICENCE_NUMBER, "110450000000123", True),
    ],
)
def test_a_value_is_another_one_than_the_rosters(field, value, new):
    """The same number in its other form is the same; what is blank in the roster may be given."""

    assert new is facts(None, correction(field=field, value=value)).value_new


@pytest.mark.parametrize("field", LockedField)
def test_who_somebody_is_goes_to_the_administration(field):
    """姓名 and 证件号码, and no other field."""
    identifying = field in (LockedField.NAME, LockedField.ID_NUMBER)

    assert identifying is facts(attrs.evolve(RECORD, field=field)).identifying


@pytest.mark.parametrize("field", LockedField)
@pytest.mark.parametrize("started", [True, False])
def test_what_chose_the_papers_is_fixed_once_one_is_started(field, started):
    """Level and category, and only once a paper has been started."""
    fixed = started and field in (LockedField.LEVEL, LockedField.CATEGORY)
    around = AmendmentAround(paper_started=started)

    assert fixed is facts(attrs.evolve(RECORD, field=field), around=around).papers_fixed


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (LockedField.NAME, "13800138000", "name-malformed"),
        (LockedField.NAME, " ", "name-missing"),
        (LockedField.LEVEL, "professor", "value-invalid"),
        (LockedField.CATEGORY, "", "value-invalid"),
        (LockedField.LICENSED_ON, "2005年7月1日", "value-invalid"),
        (LockedField.LICENCE_NUMBER, "123", "licence-length"),
        (LockedField.QUALIFICATION_NUMBER, "123", "qualification-length"),
        (LockedField.ID_NUMBER, "110105194912310021", "id-check-digit"),
    ],
)
def test_a_value_is_one_of_its_field(field, value, code):
    """What is none is refused before anybody looks at it, at the value."""
    with pytest.raises(InputInvalid) as refusal:
        correction(field=field, value=value)

    assert [("$.value", code)] == [(one.path, one.code) for one in refusal.value.problems]


def test_an_application_keeps_both_values():
    """The value that is asked for, and what the roster says."""
    record = sent("create", ("physician", "self"), None, "none", payload=correction()).record

    assert ("2006-07-01", "2005-07-01", "hospital", False) == (
        record.value,
        record.former,
        record.institution_id,
        record.by_institution,
    )


def test_a_number_is_kept_normalised_and_as_typed():
    """15 digits become 18; what was typed is kept beside."""
    payload = correction(field=LockedField.ID_NUMBER, value="110105491231003")
    record = sent("create", ("institution", "own"), None, "none", payload=payload).record

    assert (IdType.RESIDENT_ID, "110105194912310038", "110105491231003", True) == (
        record.id_type,
        record.value,
        record.original,
        record.by_institution,
    )


def test_the_former_value_is_the_last_one():
    """The roster may have been filled in while the application lay: the value until it takes effect is kept."""
    values = dict(PERSON.values) | {LockedField.LICENSED_ON: "2004-07-01"}
    around = AmendmentAround(person=attrs.evolve(PERSON, values=values))

    assert "2004-07-01" == sent("pass", ("institution", "own"), around=around).record.former

"""
What the rows of a certificate do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.certificate.case import Certificate, verification_code
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.windows import local_date


def create_certificate(record: None, step: Step) -> Certificate:
    """Make the certificate of a result, with the physician's name of this day."""
    result = step.around.result
    return Certificate(
        institution_id=result.institution_id,
        assessment_id=step.payload.assessment_id,
        cycle_id=result.cycle_id,
        physician_id=result.physician_id,
        result_version=step.payload.result_version,
        edition=step.payload.edition,
        name=result.name,
        decided_on=result.decided_on or local_date(step.moment.now),
        code=verification_code(step.case_id),
    )


def give_number(record: Certificate, step: Step) -> Certificate:
    """The first print gives number and day, and fixes what the paper says."""
    return attrs.evolve(
        record,
        number=step.payload.number,
        face=step.payload.face,
        issued_on=local_date(step.moment.now),
    )


def note_stamp(record: Certificate, step: Step) -> Certificate:
    """The paper bears the stamp from this day on."""
    return attrs.evolve(record, stamped_on=local_date(step.moment.now))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"create_certificate": create_certificate, "give_number": give_number, "note_stamp": note_stamp}
)
"""Name in the chart's ``do`` → function."""

"""The kind of an organisation (机构类型) is corrected where nothing hangs on it."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.lifecycles.institution.events import CorrectKind
from kaohe_workflow.testing.organisations import CITY_VIEW, COUNTY, HOSPITAL
from kaohe_workflow.values.public_health import PUBLIC_HEALTH
from kaohe_workflow.values.subjects import SUBJECTS
from kaohe_workflow.values.terms import OrganisationKind as K
from tests.unit.lifecycles.institution.test_facts_and_actions import facts

OWN_SUBJECT = next(iter(PUBLIC_HEALTH.keys() - SUBJECTS.keys()))


@pytest.mark.parametrize(
    ("before", "kind", "around", "fits"),
    [
        (K.MEDICAL, K.PREVENTION, {}, "fits"),
        (K.MEDICAL, K.MEDICAL, {}, "same"),
        (K.MEDICAL, K.COUNTY, {}, "other_side"),
        (K.COUNTY, K.MEDICAL, {}, "other_side"),
        (K.COUNTY, K.CITY, {"subordinate_kinds": {K.COUNTY, K.SOCIETY}}, "fits"),
        (K.CITY, K.COUNTY, {"subordinate_kinds": {K.MEDICAL}}, "fits"),
        (K.CITY, K.COUNTY, {"subordinate_kinds": {K.MEDICAL, K.COUNTY}}, "subordinates"),
        (K.MEDICAL, K.PREVENTION, {"has_physicians": True}, "fits"),
        (K.MEDICAL, K.SOCIETY, {"has_physicians": True}, "physicians"),
        (K.MEDICAL, K.SOCIETY, {}, "fits"),
        (K.PREVENTION, K.MEDICAL, {"subjects": {"03"}}, "fits"),
        (K.PREVENTION, K.MEDICAL, {"subjects": {"03", OWN_SUBJECT}}, "departments"),
        (K.MEDICAL, K.PREVENTION, {"subjects": {OWN_SUBJECT}}, "fits"),
        (K.MEDICAL, K.PREVENTION, {"is_applying": True}, "applying"),
    ],
)
def test_a_kind_is_corrected_where_nothing_hangs_on_it(before, kind, around, fits):
    """
    Subordinates rank below the new kind, physicians and subjects may be there, no application to assess waits; an
    administration becomes no health institution.
    """

    assert fits == facts(CorrectKind(kind), attrs.evolve(HOSPITAL, kind=before), **around).new_kind


@pytest.mark.parametrize(
    ("kind", "place"), [(K.CITY, "misplaced"), (K.PROVINCE, "misplaced"), (K.COUNTY, "below")]
)
def test_a_corrected_kind_ranks_below_the_superior(kind, place):
    """What stands below a city becomes none."""

    assert place == facts(CorrectKind(kind), COUNTY, superior=CITY_VIEW).place

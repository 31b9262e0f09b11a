"""
Records as the stores are given them, and conditions that they are asked by: what `test_stores_agree` draws from.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.lifecycles.assessment.case import FilingStep
from kaohe_workflow.testing.contracts import NOW
from kaohe_workflow.values.terms import Category, Level, PaperKind, Procedure, ReturnCode, Stage

SECRETS = KeyedSecrets(Keys.fresh())
CODEC = JsonCodec()

# Few ids, so that things meet; texts that sort, compare and escape differently where it is done wrongly.
INSTITUTIONS = st.sampled_from(["institution1", "institution2", "institution3"])
PERSONS = st.sampled_from(["affiliation1", "affiliation2", "affiliation3"])
TEXTS = st.sampled_from(["", "a", "A", "á", "中", "𠮷", "\uffff", "a%", "ba", "_", '"\\', "%", "'", "NULL"])
DAYS = st.none() | st.sampled_from([date(1999, 12, 31), date(2000, 1, 1), date(2024, 2, 29)])
STATES = st.sampled_from(["open", "submitted", "deleted", "disabled", "closed"])
MOMENTS = st.sampled_from([NOW - timedelta(hours=1), NOW, NOW + timedelta(microseconds=1)])
DUE = st.none() | st.timedeltas(timedelta(hours=-1), timedelta(hours=1))

DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "institution": st.fixed_dictionaries(
        {
            "name": TEXTS,
            "path": TEXTS,
            "agency_id": st.none() | INSTITUTIONS,
            "is_agency": st.booleans(),
            "credit_code": st.none() | TEXTS,
        }
    ),
    "agency_application": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "cycle_id": st.sampled_from(["c1", "c2"]),
            "submitted_at": st.none() | MOMENTS,
            "decided_at": st.none() | MOMENTS,
            "correction_reported": st.booleans(),
        }
    ),
    "result_report": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "cycle_id": st.sampled_from(["c1", "c2"]),
            "submitted_at": st.none() | MOMENTS,
            "overdue": st.booleans(),
            "late": st.booleans(),
            "registered": st.booleans(),
        }
    ),
    "enrolment_list": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "cycle_id": st.sampled_from(["c1", "c2"]),
            "number": st.integers(0, 3),
            "number_added": st.integers(0, 3),
            "return_code": st.none() | st.sampled_from(ReturnCode),
            "submitted_at": MOMENTS,
            "decided_at": st.none() | MOMENTS,
            "decided_by": st.none() | INSTITUTIONS,
        }
    ),
    "spot_check": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "cycle_id": st.sampled_from(["c1", "c2"]),
            "population": st.integers(0, 3),
            "faulty": st.integers(0, 3),
            "drawn_at": MOMENTS,
        }
    ),
    "announcement": st.fixed_dictionaries(
        {"institution_id": INSTITUTIONS, "title": TEXTS, "published_on": DAYS}
    ),
    "department": st.fixed_dictionaries({"institution_id": INSTITUTIONS, "name": TEXTS}),
    "account": st.fixed_dictionaries(
        {
            "login": TEXTS,
            "physician_id": st.none() | PERSONS,
            "listed_as": st.none() | PERSONS,
            "first_used_at": st.none() | MOMENTS,
            "first_used_from": TEXTS,
        }
    ),
    "affiliation": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "name": TEXTS,
            "id_number": TEXTS,
            "phone": st.none() | TEXTS,
            "level": st.none() | st.sampled_from(Level),
            "category": st.sampled_from(Category),
            "birth_date": DAYS,
            "penalised_on": st.none() | DAYS,
            "penalty_kind": st.sampled_from([None, "fine", "ban"]),
            "penalty_unrecorded": st.booleans(),
            "department_id": st.none() | st.sampled_from(["department1", "department2"]),
        }
    ),
    "assessment": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "physician_id": PERSONS,
            "cycle_id": st.sampled_from(["c1", "c2"]),
            "procedure": st.sampled_from(Procedure),
            "stage": st.none() | st.sampled_from(Stage),
            "ever_submitted": st.booleans(),
            "filing_step": st.none() | st.sampled_from(FilingStep),
            "decided_on": DAYS,
            "result_version": st.integers(0, 3),
            "assessed_by": st.none() | INSTITUTIONS,
            "reviewed_by": st.none() | INSTITUTIONS,
            "rechecked_by": st.none() | INSTITUTIONS,
            "self_rechecked": st.none() | st.booleans(),
            "return_code": st.none() | st.sampled_from(ReturnCode),
            "overdue": st.booleans(),
            "returned_once": st.booleans(),
            "reviewed_late": st.booleans(),
            "early_on": st.none() | DAYS,
            "note": TEXTS,
            "level": st.none() | st.sampled_from(Level),
            "category": st.none() | st.sampled_from(Category),
            "department_id": st.none() | st.sampled_from(["department1", "department2"]),
            "drafted_department_id": st.none() | st.sampled_from(["department1", "department2"]),
        }
    ),
    "evaluation": st.fixed_dictionaries(
        {
            "institution_id": INSTITUTIONS,
            "physician_id": PERSONS,
            "assessment_id": st.sampled_from(["assessment1", "assessment2"]),
            "kind": st.sampled_from([PaperKind.PUBLIC, PaperKind.COMBINED]),
            "score": st.none() | st.decimals(0, 100, places=2),
            "force_majeure_standing": st.sampled_from([None, "reported", "forwarded"]),
            "photos_kept": st.booleans(),
        }
    ),
    "exemption": st.fixed_dictionaries(
        {"assessment_id": st.sampled_from(["assessment1", "assessment2"]), "physician_id": PERSONS}
    ),
}
LIFECYCLES = st.sampled_from(sorted(DATA))
NUMBERS = st.integers(1, 3)

COMPARED: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS | INSTITUTIONS | PERSONS | STATES | st.sampled_from(Level) | st.sampled_from(Category),
    "blind": TEXTS.map(lambda text: SECRETS.blind("id_hash", text)),
    "integer": st.integers(-1, 10_001) | st.decimals(0, 100, places=2),
    "boolean": st.booleans(),
    "date": DAYS.filter(bool),
    "instant": MOMENTS,
}


@st.composite
def conditions(draw: st.DrawFn, kinds: dict[str, str]) -> Where:
    """A condition on one of these fields, with a value that it could have."""
    field = draw(st.sampled_from(sorted(kinds)))
    operators = ["eq", "ne", "in", "ge", "le", "lt", "gt", "null", "not_null"]
    operator: Any = draw(
        st.sampled_from([*operators, *["prefix", "word"] * 4] if kinds[field] == "text" else operators)
    )
    values = COMPARED[kinds[field]]
    if operator == "in":
        return Where(field, operator, tuple(draw(st.lists(st.none() | values, max_size=3))))
    return Where(field, operator, None if operator in ("null", "not_null") else draw(values))

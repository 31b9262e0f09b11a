"""What a store must do with pages and counts."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kaohe_workflow.adapters.columns import filterable
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.testing.contracts.filed import ALL, ids_of, rows_of
from kaohe_workflow.testing.contracts.records import changed, made, stored
from kaohe_workflow.values.terms import Category, Level, OrganisationKind, PaperKind, Procedure


def _fill(store: Store) -> None:
    """Two institutions below a county; four physicians, three of them assessed, one with an exemption."""
    people = {
        "p1": ("i1", "王", date(1980, 5, 1)),
        "p2": ("i1", "李", None),
        "p3": ("i2", "王", date(1970, 1, 1)),
        "p4": ("i2", "a", None),
    }
    stored(
        store,
        made("institution", "c1", name="县卫生健康局", kind=OrganisationKind.COUNTY, path="/c1/"),
        made("institution", "i1", name="甲医院", path="/c1/i1/", superior_id="c1", agency_id="i2"),
        made("institution", "i2", name="乙医院", path="/c1/i2/", superior_id="c1", is_agency=True),
        made("department", "d1"),
        *(
            made(
                "affiliation",
                person,
                institution_id=home,
                name=name,
                birth_date=born,
                id_number=f"n-{person}",
                department_id="d1" if person == "p1" else None,
                category=Category.DENTAL if person == "p3" else Category.CLINICAL,
            )
            for person, (home, name, born) in people.items()
        ),
        *(
            made(
                "assessment",
                f"a{person[1]}",
                institution_id=home,
                physician_id=person,
                department_id="d1" if person == "p1" else None,
                state="submitted" if person == "p2" else "open",
                procedure=Procedure.SIMPLIFIED if person == "p1" else Procedure.GENERAL,
            )
            for person, (home, _, _) in list(people.items())[:3]
        ),
        made("exemption", "x1", assessment_id="a1", state="granted"),
    )


_ASSESSMENT_ROW = {
    "id": "a1",
    "institution_id": "i1",
    "agency_id": "i2",
    "superior_id": "c1",
    "path": "/c1/i1/",
    "institution_name": "甲医院",
    "state": "open",
    "version": 1,
    "name": "王",
    "phone": None,
    "id_number": "n-p1",
    "level": "licensed",
    "category": "clinical",
    "birth_date": date(1980, 5, 1),
    "initials": " CS ZS",
    "licensed_on": None,
    "first_registered_on": None,
    "physician_id": "p1",
    "cycle_id": "c1",
    "department_id": "d1",
    "department": "内科",
    "procedure": "simplified",
    "stage": None,
    "ever_submitted": False,
    "filing_step": None,
    "return_code": None,
    "ground_lost": False,
    "finding": None,
    "overdue": False,
    "returned_once": False,
    "reviewed_late": False,
    "trained_days": 0,
    "decided_on": None,
    "exemption_state": "granted",
    "exemption_id": "x1",
    "self_review": False,
    "person_state": "open",
    **dict.fromkeys(("early_on", "makeup_door", "claimed_by", "claimed_at", "deferral_state", "deferral_id")),
    **dict.fromkeys(("reviewed_by", "rechecked_by")),
}
"""Of the physician in `_fill` who has most; sealed attributes opened."""


class ViewsContract:
    """Pages and counts over joined rows."""

    def test_a_row_has_all_fields_of_its_view(self, store: Store) -> None:
        """Plain values: codes for terms, dates, booleans; sealed attributes opened."""
        _fill(store)
        [row] = rows_of(store, "assessment", ALL, Where("id", "eq", "a1"))

        assert _ASSESSMENT_ROW == {key: value for key, value in row.items() if key != "id_hash"}
        assert False is row["ever_submitted"]

    @pytest.mark.parametrize("view", list(VIEWS))
    def test_every_view_can_be_read(self, store: Store, view: str) -> None:
        """All of them, with their fields in the declared order; what is not joined is None."""
        _fill(store)
        stored(
            store,
            made("cycle", "y1"),
            made("account", "k1"),
            made("agency_application", "g1"),
            made("amendment", "m1"),
            made("recusal", "r1"),
            made("evaluation", "e1", kind=PaperKind.COMBINED),
            made("certificate", "z1", assessment_id="gone", physician_id="gone"),
            *(
                made(lifecycle, lifecycle)
                for lifecycle in ("cheating", "deferral", "result_review", "follow_up")
            ),
            made("result_report", "q1"),
            made("enrolment_list", "l1"),
            made("spot_check", "s1"),
            made("announcement", "n1"),
        )
        rows = rows_of(store, view)

        assert rows
        assert {tuple(VIEWS[view].fields)} == {tuple(row) for row in rows}

    def test_without_a_scope_nothing_is_seen(self, store: Store) -> None:
        """A scope that names nothing is empty, not unlimited."""
        _fill(store)
        with store.begin(write=False) as unit:
            counted = (
                unit.count("assessment", Scope(), []),
                unit.count("assessment", Scope(), [], by=("state",)),
            )

        assert [] == rows_of(store, "assessment", Scope())
        assert ({(): 0}, {}) == counted

    @pytest.mark.parametrize(
        ("clauses", "expected"),
        [
            (((Where("institution_id", "eq", "i1"),),), ["a1", "a2"]),
            (((Where("agency_id", "eq", "i2"),),), ["a1", "a2"]),
            (((Where("path", "prefix", "/c1/"),),), ["a1", "a2", "a3"]),
            (((Where("path", "prefix", "/c1/i"), Where("physician_id", "eq", "p3")),), ["a3"]),
            (((Where("physician_id", "eq", "p1"),), (Where("institution_id", "eq", "i2"),)), ["a1", "a3"]),
            (((Where("agency_id", "eq", None),),), []),
            (((Where("agency_id", "null"), Where("superior_id", "eq", "c1")),), ["a3"]),
            (
                (
                    (Where("agency_id", "eq", "i2"),),
                    (Where("agency_id", "null"), Where("superior_id", "eq", "c1")),
                ),
                ["a1", "a2", "a3"],
            ),
            (((Where("institution_id", "eq", "zz"),), ()), ["a1", "a2", "a3"]),
            (((Where("institution_id", "in", ("c1", "i2")), Where("state", "in", ("open",))),), ["a3"]),
            (((Where("institution_id", "in", ("c1",)), Where("state", "in", ("open",))),), []),
            (((Where("institution_id", "in", ()), Where("state", "in", ("open",))),), []),
            (
                (
                    (Where("path", "prefix", "/c1/i2/"),),
                    (Where("institution_id", "in", ("i1",)), Where("state", "in", ("submitted",))),
                ),
                ["a2", "a3"],
            ),
        ],
    )
    def test_any_clause_lets_a_row_be_seen(
        self, store: Store, clauses: tuple[tuple[Where, ...], ...], expected: list[str]
    ) -> None:
        """Within a clause all conditions hold; pages and counts agree."""
        _fill(store)
        scope = Scope(clauses)
        with store.begin(write=False) as unit:
            counted = unit.count("assessment", scope, [])

        assert expected == ids_of(rows_of(store, "assessment", scope))
        assert {(): len(expected)} == counted

    @pytest.mark.parametrize(
        ("clauses", "expected"),
        [
            (((Where("agency_id", "null"),),), ["a1"]),
            (((Where("agency_id", "null"),), (Where("path", "prefix", "/c1/"),)), ["a1"]),
            (((Where("agency_id", "null"), Where("path", "prefix", "/c1/")),), []),
            (((Where("institution_id", "eq", "i9"),), (Where("path", "prefix", "/c1/"),)), ["a1"]),
            (((Where("institution_id", "not_null"),), (Where("path", "prefix", "/c1/"),)), ["a1"]),
            (((Where("institution_id", "eq", "i9"), Where("path", "prefix", "/c1/")),), []),
            (((Where("agency_id", "not_null"),), (Where("path", "prefix", "/c1/"),)), []),
        ],
    )
    def test_an_organisation_without_a_row_lacks_everything_but_its_id(
        self, store: Store, clauses: tuple[tuple[Where, ...], ...], expected: list[str]
    ) -> None:
        """What a clause asks of organisations holds as it would over joined rows."""
        stored(store, made("assessment", "a1", physician_id="p1", institution_id="i9"))

        assert expected == ids_of(rows_of(store, "assessment", Scope(clauses)))

    def test_rows_follow_what_they_show(self, store: Store) -> None:
        """A name that changes, a person who becomes another, a case that is there only later, one that lets go."""
        person, _, case, paper = stored(
            store,
            made("affiliation", "p1", id_number="n1", name="王"),
            made("affiliation", "p2", id_number="n2", name="李", level=Level.ASSISTANT),
            made("assessment", "a1", physician_id="p1", cycle_id="c1", level=None),
            made("evaluation", "e1", physician_id="p1", assessment_id="a1", cycle_id="c1"),
        )
        [mark] = stored(store, made("cheating", "m1", evaluation_id="e1", state="marked"))
        stored(store, changed(person, name="黄", id_number="n1"), changed(paper, state="sitting"))

        assert ["黄"] == [row["name"] for row in rows_of(store, "assessment", ALL, Where("name", "eq", "黄"))]
        assert ["m1"] == [
            row["mark_id"] for row in rows_of(store, "paper", ALL, Where("mark_state", "eq", "marked"))
        ]

        stored(store, changed(case, physician_id="p2"), changed(mark, state="unmarked"))

        assert ["a1"] == ids_of(rows_of(store, "assessment", ALL, Where("level", "eq", Level.ASSISTANT)))
        assert [] == rows_of(store, "assessment", ALL, Where("name", "eq", "黄"))
        assert ["e1"] == ids_of(rows_of(store, "paper", ALL, Where("mark_state", "null")))

    def test_scope_and_conditions_hold_both(self, store: Store) -> None:
        """A condition cannot widen what is seen."""
        _fill(store)
        scope = Scope(((Where("institution_id", "eq", "i1"),),))

        assert [] == rows_of(store, "assessment", scope, Where("institution_id", "eq", "i2"))
        assert ["a1"] == ids_of(rows_of(store, "assessment", scope, Where("name", "eq", "王")))

    def test_conditions_on_joined_fields(self, store: Store) -> None:
        """Fields of the person, of the institution, of the exemption."""
        _fill(store)

        assert ["a3"] == ids_of(rows_of(store, "assessment", ALL, Where("category", "eq", Category.DENTAL)))
        assert ["a2", "a3"] == ids_of(rows_of(store, "assessment", ALL, Where("exemption_state", "null")))
        assert ["p1"] == ids_of(rows_of(store, "physician", ALL, Where("birth_date", "ge", date(1980, 5, 1))))

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (Order(), ["p1", "p2", "p3", "p4"]),
            (Order("id", descending=True), ["p4", "p3", "p2", "p1"]),
            (Order("name"), ["p4", "p2", "p1", "p3"]),
            (Order("name", descending=True), ["p3", "p1", "p2", "p4"]),
            (Order("birth_date"), ["p2", "p4", "p3", "p1"]),
            (Order("birth_date", descending=True), ["p1", "p3", "p4", "p2"]),
            (Order("agency_id"), ["p3", "p4", "p1", "p2"]),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 3, 100])
    def test_pages_follow_each_other_exactly(
        self, store: Store, order: Order, expected: list[str], limit: int
    ) -> None:
        """By code point, what is not there first, ids breaking ties: no row twice, none left out."""
        _fill(store)
        seen: list[str] = []
        after = None
        while rows := rows_of(store, "physician", order=order, after=after, limit=limit):
            seen += ids_of(rows)
            after = (rows[-1][order.field], rows[-1]["id"])

        assert expected == seen

    def test_counts_by_groups(self, store: Store) -> None:
        """One entry for each combination that occurs, also of joined fields."""
        _fill(store)
        with store.begin(write=False) as unit:
            by_state = unit.count("assessment", ALL, [], by=("state", "procedure"))
            by_place = unit.count("assessment", ALL, [], by=("department",))
            some = unit.count("assessment", ALL, [Where("name", "eq", "王")], by=("institution_name",))

        assert {("open", "simplified"): 1, ("open", "general"): 1, ("submitted", "general"): 1} == by_state
        assert {("内科",): 1, (None,): 2} == by_place
        assert {("甲医院",): 1, ("乙医院",): 1} == some

    def test_counts_by_every_field(self, store: Store) -> None:
        """Whatever rows show in plain, they are counted by as they show it."""
        _fill(store)
        for view in VIEWS:
            rows = rows_of(store, view, limit=100)
            for field in filterable(view):
                with store.begin(write=False) as unit:
                    counted = unit.count(view, ALL, [], by=(field,))

                assert Counter((row[field],) for row in rows) == counted, (view, field)

    @pytest.mark.parametrize("field", ["id_number", "nothing"])
    def test_what_is_sealed_or_unknown_cannot_be_asked_for(self, store: Store, field: str) -> None:
        """Neither in a condition, nor in a scope, nor as order or group."""
        asked = Where(field, "eq", "x")
        with store.begin(write=False) as unit:
            for act in (
                lambda: unit.page("physician", ALL, [asked], order=Order(), after=None, limit=1),
                lambda: unit.page("physician", Scope(((asked,),)), [], order=Order(), after=None, limit=1),
                lambda: unit.page("physician", ALL, [], order=Order(field), after=None, limit=1),
                lambda: unit.count("physician", ALL, [], by=(field,)),
            ):
                with pytest.raises(KeyError):
                    act()

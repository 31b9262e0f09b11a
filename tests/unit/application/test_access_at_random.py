"""Who a caller is towards a case, over trees, callers and cases drawn at random."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.application.access import Principal, Standing, above, grants, scope, visible
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

IDS = ("a", "b", "c", "d")


@st.composite
def paths(draw: st.DrawFn) -> str:
    """Places in a small tree, so that equal, nested and unrelated ones are all likely."""
    return "/" + "".join(f"{part}/" for part in draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=3)))


@st.composite
def principals(draw: st.DrawFn) -> Principal:
    """Callers of every kind."""
    path = draw(paths())
    return Principal(
        account_id="caller",
        kind=draw(st.sampled_from(AccountKind)),
        organisation_id=path.split("/")[-2],
        organisation_kind=draw(st.sampled_from(OrganisationKind)),
        path=path,
        physician_id=draw(st.sampled_from([None, "p", "q"])),
        operator_id=draw(st.sampled_from([None, "q", "somebody"])),
        listed_ids=draw(st.sampled_from([(), ("p",), ("p", "r")])),
        init_only=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Cases anywhere in the tree."""
    path = draw(paths())
    parts = path.split("/")[1:-1]
    return Standing(
        institution_id=parts[-1],
        path=path,
        superior_id=parts[-2] if len(parts) > 1 else None,
        agency_id=draw(st.sampled_from([None, *IDS])),
        physician_id=draw(st.sampled_from([None, "p", "q", "r"])),
    )


def meets(where: Where, row: Standing) -> bool:
    """Whether a row meets a condition, as a store would say."""
    value = getattr(row, where.field)
    if where.operator == "eq":
        return value is not None and value == where.value
    if where.operator == "ne":
        return value is not None and value != where.value
    assert where.operator == "prefix"
    return value is not None and value.startswith(where.value)


@given(principals(), standings())
def test_scope_is_what_is_visible(caller, standing):
    """A list shows a case exactly when the case itself may be asked for."""
    in_scope = any(all(meets(where, standing) for where in clause) for clause in scope(caller).clauses)

    assert visible(caller, standing) is in_scope


@given(principals(), standings().filter(lambda one: one.physician_id is not None))
def test_what_is_hidden_from_the_person_is_so_under_every_account(caller, standing):
    """Lists and single cases agree on it: neither the physician's account shows it, nor the one of an office."""
    hidden = attrs.evolve(standing, hidden_from_person=True)
    seen = scope(caller, person_if=(Where("hidden_from_person", "eq", value=False),))
    in_scope = {
        one: any(all(meets(where, one) for where in clause) for clause in seen.clauses)
        for one in (standing, hidden)
    }
    office = caller.kind is not AccountKind.PHYSICIAN
    own = {caller.operator_id, *caller.listed_ids} if office else {caller.physician_id}

    assert {one: visible(caller, one) for one in in_scope} == in_scope
    assert in_scope == {
        standing: visible(caller, standing),
        hidden: in_scope[standing] and hidden.physician_id not in own,
    }


def in_a_tree(path: str) -> str:
    """The path with ids that no other place has, as in a store: `/a/b/` is `/a/ab/`."""
    parts = path.split("/")[1:-1]
    return "/" + "".join("".join(parts[: depth + 1]) + "/" for depth in range(len(parts)))


@given(principals(), standings(), st.booleans())
def test_what_is_announced_is_read_by_those_below_and_nobody_else(caller, standing, limited):
    """Beside whoever sees the case anyway: the office of each organisation below it, however deep, and no physician."""
    place, home = in_a_tree(caller.path), in_a_tree(standing.path)
    caller = attrs.evolve(
        caller,
        path=place,
        organisation_id=place.split("/")[-2],
        department_ids=("d",) if limited else (),
    )
    standing = attrs.evolve(standing, path=home, institution_id=home.split("/")[-2])
    announced = attrs.evolve(standing, shared="below")
    office = caller.kind is AccountKind.ORGANISATION and not limited and not caller.init_only
    is_below = office and caller.path != standing.path and caller.path.startswith(standing.path)

    assert (visible(caller, standing) or is_below) is visible(caller, announced)


@given(principals(), st.booleans())
def test_who_is_above_is_read_off_the_path(caller, limited):
    """Every place above, the highest first, never the own one."""
    caller = attrs.evolve(caller, department_ids=("d",) if limited else ())
    parts = caller.path.split("/")[1:-1]
    office = caller.kind is AccountKind.ORGANISATION and not limited and not caller.init_only

    assert tuple(parts[:-1] if office else ()) == above(caller)


@pytest.mark.parametrize("path", [None, "", "/", "//", "county/", "/county"])
def test_nobody_is_above_who_has_no_place(path):
    """A path that is none shares nothing."""
    caller = Principal(account_id="caller", kind=AccountKind.ORGANISATION, organisation_id="a", path=path)
    everywhere = Standing(institution_id="", path="", shared="below")

    assert () == above(caller)
    assert not visible(caller, everywhere)


@given(principals(), standings())
def test_more_than_any_is_only_held_where_it_is_seen(caller, standing):
    """Whoever is somebody to a case in particular sees it; `any` alone shows nothing."""
    particular = {relation for _, relation in grants(caller, standing)} - {"any"}
    # The agency for want of another holds `agency any` beside `assigned`, so nothing is left out here.

    assert not particular or visible(caller, standing)


@given(principals(), standings())
def test_moving_up_the_tree_hides_nothing(caller, standing):
    """
    An administration that stands higher sees whatever it saw before, its own and its agency's cases aside.
    """
    parts = (caller.path or "").split("/")[1:-1]
    if len(parts) < 2 or not caller.administers or caller.init_only:
        return
    higher = attrs.evolve(caller, path="/" + "/".join(parts[:-1]) + "/")

    assert not visible(caller, standing) or visible(higher, standing)


@given(principals(), standings())
def test_province_includes_administration(caller, standing):
    """Whatever the province may do as such it may do as an administration (roles)."""
    held = grants(caller, standing)

    assert all(("administration", relation) in held for role, relation in held if role == "province")

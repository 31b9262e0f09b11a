"""
Who a caller is towards a case, and what of it the caller may know of: the one place that decides it.

Everything here is pure and denies by default. The charts say which role in which relation may send an
event; `grants` says which of those pairs a caller holds; the compiled chart compares the two. Reading goes
by `visible` for one case and by `scope` for lists, which agree.

How the relations are read (辖区 is the tree of organisations):

- ``self``     the physician whom the case is about; for an account, whoever owns it, in each of the owner's
               roles;
- ``own``      the organisation that the case belongs to;
- ``assigned`` the agency assigned to that organisation today, in a cycle in which it is entrusted. Where there is
               none, the direct superior acts as the agency; an administration may also be assigned by name;
- ``subtree``  the organisation lies strictly below the caller's administration;
- ``any``      every case, for each role that the caller holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import attrs

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, Relation, Role

Grant = tuple[str, str]
"""A role and a relation, by their codes."""


@attrs.frozen(kw_only=True)
class Principal:
    """
    The caller: an account with what its rights depend on, read anew for every request.

    ``path`` is the place in the tree of the caller's organisation, ``/province/city/own/``, its own id
    last. ``merged_ids`` are the other records of a physician that were merged into the present one.
    ``operator_id`` is the natural person, None for a shared account and for the system. ``listed_ids`` are all records,
    merged ones included, that this person has in the list of physicians, so far as the account says so: who acts for an
    organisation is another capacity than ``physician_id``, and gives no right. ``department_ids`` limit an
    operator of an institution to what is about physicians of these departments; empty for everybody else. An
    ``init_only`` caller has proven an activation code and may do nothing but set the first password; one whose second
    factor is due (``factor_due``) nothing but set that up. ``after_reset`` says that somebody else has reset the
    password and its owner has not changed it since: what is done meanwhile is marked. ``origin`` says where the request
    comes from, and makes no other caller of it.
    """

    account_id: str
    kind: AccountKind | Literal["system"]
    organisation_id: str | None = None
    organisation_kind: OrganisationKind | None = None
    path: str | None = None
    physician_id: str | None = None
    merged_ids: tuple[str, ...] = ()
    operator_id: str | None = None
    listed_ids: tuple[str, ...] = ()
    init_only: bool = False
    factor_due: bool = False
    after_reset: bool = False
    department_ids: tuple[str, ...] = ()
    origin: Origin | None = attrs.field(default=None, eq=False)

    @property
    def is_held(self) -> bool:
        """True for a caller who has not shown enough yet to see or do anything but the own account."""
        return self.init_only or self.factor_due

    @property
    def is_limited(self) -> bool:
        """True for an operator who acts for some departments of an institution, and for nothing else of it."""
        return bool(self.department_ids)

    @property
    def is_system(self) -> bool:
        """True for what the system does by itself; no log-in ever gives such a caller."""
        return self.kind == "system"

    @property
    def administers(self) -> bool:
        """True for an account of an administration that has a place in the tree."""
        return (
            self.kind is AccountKind.ORGANISATION
            and self.organisation_kind is not None
            and self.organisation_kind.is_administration
            and _is_path(self.path)
        )


SYSTEM = Principal(account_id="system", kind="system")
"""Timers, policies and the operator's command line."""

PLATFORM = "platform:"
"""What the account of an evaluation platform begins with: it has none on record, and acts as the system does."""


@attrs.frozen(kw_only=True)
class Standing:
    """
    What of a case the caller's rights depend on; None where the case has no such thing.

    ``institution_id`` is the organisation that the case belongs to, ``path``, ``superior_id`` and
    ``agency_id`` are that organisation's of today, the agency where it may act in the cycle of the case;
    ``department_id`` is where the physician files, or else is, as lists say it, and is asked for limited operators
    alone; ``account_id`` is given for accounts only. ``shared`` are
    cases that more may read than their scope: by ``everybody`` who is logged in (the cycles that the province has
    published), by everybody of the ``own`` organisation (its departments and itself: what a physician chooses
    from), or by who acts for an organisation ``below`` the case's (what an administration has announced). A case that
    an event is about to make stands where the parent stands that the payload names. ``hidden_from_person`` is a case
    that the physician whom it is about is not to know of yet.
    """

    institution_id: str | None = None
    path: str | None = None
    superior_id: str | None = None
    agency_id: str | None = None
    physician_id: str | None = None
    department_id: str | None = None
    account_id: str | None = None
    shared: Literal["no", "own", "below", "everybody"] = "no"
    hidden_from_person: bool = False


def grants(principal: Principal, standing: Standing) -> frozenset[Grant]:
    """
    Return every (role, relation) that the caller holds towards the case; empty when there is none.

    Nobody acts for an organisation in what is about himself: the reviewer is not the physician, whichever account is
    used.
    A limited operator holds what concerns the own departments' physicians and nothing else: no ``any``, no agency.
    The province's administration holds ``administration`` too. An auditor holds nothing but ``self``
    towards the own account, and a caller who is held nothing but that either.
    """
    if principal.is_system:
        return frozenset({(Role.SYSTEM.value, Relation.ANY.value)})
    roles = _roles(principal)
    held = set[Grant]()
    if _owns_account(principal, standing):
        held |= {(role, Relation.SELF.value) for role in roles}
    if principal.is_held or principal.kind is AccountKind.AUDITOR:
        return frozenset(held)
    if is_in_own_matter(principal, standing):
        return frozenset(held)
    if principal.is_limited:
        return frozenset(
            held | {(role, Relation.OWN.value) for role in roles if _is_own(principal, standing)}
        )
    held |= {(role, Relation.ANY.value) for role in roles}
    if principal.kind is AccountKind.PHYSICIAN:
        held |= _of_physician(principal, standing)
    elif principal.kind is AccountKind.ORGANISATION:
        held |= _of_organisation(principal, standing, roles)
    return frozenset(held)


def _roles(principal: Principal) -> tuple[str, ...]:
    """The roles that a caller holds by what the account is; ``agency`` depends on the case."""
    if principal.kind is AccountKind.PHYSICIAN:
        return (Role.PHYSICIAN.value,)
    if principal.kind is AccountKind.AUDITOR:
        return (Role.AUDITOR.value,)
    kind = principal.organisation_kind
    if kind is None:
        return ()
    if kind is OrganisationKind.PROVINCE:
        return (Role.ADMINISTRATION.value, Role.PROVINCE.value)
    return (Role.ADMINISTRATION.value,) if kind.is_administration else (Role.INSTITUTION.value,)


def _owns_account(principal: Principal, standing: Standing) -> bool:
    return standing.account_id is not None and standing.account_id == principal.account_id


def _of_physician(principal: Principal, standing: Standing) -> set[Grant]:
    if is_the_person(principal, standing) and not standing.hidden_from_person:
        return {(Role.PHYSICIAN.value, Relation.SELF.value)}
    return set()


def _of_organisation(principal: Principal, standing: Standing, roles: Collection[str]) -> set[Grant]:
    held = set[Grant]()
    if _is_own(principal, standing):
        held |= {(role, Relation.OWN.value) for role in roles}
    if principal.administers and _lies_below(principal, standing):
        held |= {(role, Relation.SUBTREE.value) for role in roles}
    if _acts_as_agency(principal, standing):
        held |= {(Role.AGENCY.value, Relation.ASSIGNED.value), (Role.AGENCY.value, Relation.ANY.value)}
    return held


def is_in_own_matter(principal: Principal, standing: Standing) -> bool:
    """Whether an organisation's account stands for the very person whom the case is about."""
    return principal.kind is AccountKind.ORGANISATION and is_the_person(principal, standing)


def own_records(principal: Principal) -> tuple[str, ...]:
    """
    Return the records, in the list of physicians, of the person behind the account, so far as that is known: of an
    office's named account alone, by its ``listed_ids``, or where its operator goes by the list's own id.
    """
    if principal.kind is AccountKind.PHYSICIAN:
        known = (principal.physician_id, *principal.merged_ids)
    else:
        known = (principal.operator_id, *principal.listed_ids)
    return tuple(dict.fromkeys(id for id in known if id is not None))


def is_the_person(principal: Principal, standing: Standing) -> bool:
    """Say whether the case is about the person behind the account, whichever capacity that one acts in."""
    return standing.physician_id is not None and standing.physician_id in own_records(principal)


def _is_own(principal: Principal, standing: Standing) -> bool:
    if principal.is_limited and standing.department_id not in principal.department_ids:
        return False
    return _belongs(principal, standing)


def _belongs(principal: Principal, standing: Standing) -> bool:
    return standing.institution_id is not None and standing.institution_id == principal.organisation_id


def _lies_below(principal: Principal, standing: Standing) -> bool:
    return _lies_within(principal, standing) and standing.path != principal.path


def _lies_within(principal: Principal, standing: Standing) -> bool:
    """Own place or below; a caller without a place is above nothing: an empty prefix would be above all."""
    if principal.path is None or standing.path is None or not _is_path(principal.path):
        return False
    return standing.path.startswith(principal.path)


def _is_path(path: str | None) -> bool:
    return path is not None and len(path) > 2 and path.startswith("/") and path.endswith("/")


def _acts_as_agency(principal: Principal, standing: Standing) -> bool:
    if principal.organisation_id is None:
        return False
    if standing.agency_id is not None:
        return standing.agency_id == principal.organisation_id
    return _lies_below(principal, standing) and _is_superior(principal, standing)


def _is_superior(principal: Principal, standing: Standing) -> bool:
    return principal.administers and standing.superior_id == principal.organisation_id


def visible(principal: Principal, standing: Standing) -> bool:
    """
    Say whether the caller may know that the case is there; what is not visible is answered as not found.

    What is hidden from the person whom it is about is so under each account of the person. A physician sees what is
    about the physician, an institution its own and, as the agency assigned by name, what it assesses; an administration
    and an auditor see the own organisation and everything below. An administration that is the agency for want of
    another is the direct superior, so it sees the case anyway. Everyone sees the own account.
    """
    if principal.is_system or _owns_account(principal, standing):
        return True
    if principal.is_held or (standing.hidden_from_person and is_the_person(principal, standing)):
        return False
    if standing.shared == "everybody" or (standing.shared == "own" and _belongs(principal, standing)):
        return True
    if standing.shared == "below" and standing.institution_id in above(principal):
        return True
    if principal.kind is AccountKind.PHYSICIAN:
        return is_the_person(principal, standing)
    if principal.kind is AccountKind.AUDITOR:
        return _lies_within(principal, standing)
    if principal.administers and _lies_within(principal, standing):
        return True
    return _is_own(principal, standing) or _is_agency_by_name(principal, standing)


def above(principal: Principal) -> tuple[str, ...]:
    """
    Return the organisations above the one that the caller acts for, the highest first; none for who acts for none.

    They are the parts of the caller's path, so nothing is looked up. An operator of some departments acts for these
    alone, and has not the organisation's inbox either.
    """
    acts_for_all = principal.kind is AccountKind.ORGANISATION and not principal.is_limited
    if principal.is_held or not acts_for_all or not _is_path(principal.path):
        return ()
    return tuple(str(principal.path).split("/")[1:-2])


def _is_agency_by_name(principal: Principal, standing: Standing) -> bool:
    if principal.is_limited:
        return False
    return standing.agency_id is not None and standing.agency_id == principal.organisation_id


def own_range(principal: Principal) -> tuple[Where, ...]:
    """
    Return what a row of the caller's own organisation meets; of a limited operator's departments, where there are some.
    """
    own = Where("institution_id", "eq", principal.organisation_id)
    return (own, Where("department_id", "in", principal.department_ids)) if principal.is_limited else (own,)


def scope(
    principal: Principal,
    *,
    assessed: bool = True,
    assessed_if: Sequence[Where] = (),
    person_if: Sequence[Where] = (),
) -> Scope:
    """
    Return which rows of a view the caller sees, as conditions over its fields ``institution_id``,
    ``agency_id``, ``physician_id`` and ``path``.

    A row is in the scope exactly when `visible` holds for its standing, the own account and what is shared aside.
    ``assessed`` False leaves out what is seen as the agency alone; otherwise that must meet ``assessed_if``, too. What
    is about the person behind the account must meet ``person_if``: the rest is hidden from the person.
    """
    seen = _scope_of_account(principal, assessed, assessed_if)
    own = own_records(principal)
    if not person_if or not own:
        return seen
    of_others = () if principal.kind is AccountKind.PHYSICIAN else apart_from(own)
    clauses = [(*clause, *person_if) for clause in seen.clauses]
    return Scope((*clauses, *((*clause, *of_others) for clause in seen.clauses if of_others)))


def apart_from(own: Collection[str]) -> tuple[Where, ...]:
    """Return what a row meets that is about nobody of these records."""
    return tuple(Where("physician_id", "ne", id) for id in own)


def _scope_of_account(principal: Principal, assessed: bool, assessed_if: Sequence[Where]) -> Scope:
    """What the account is for, whoever is behind it."""
    if principal.is_system:
        return Scope.everything()
    if principal.is_held:
        return Scope()
    if principal.kind is AccountKind.PHYSICIAN:
        return _scope_of_physician(principal)
    within = Where("path", "prefix", principal.path if _is_path(principal.path) else None)
    if principal.kind is AccountKind.AUDITOR:
        return _scope_of(within)
    if principal.is_limited:
        return Scope((own_range(principal),)) if principal.organisation_id is not None else Scope()
    own = Where("institution_id", "eq", principal.organisation_id)
    seen = _scope_of(within, own) if principal.administers else _scope_of(own)
    if not assessed or principal.organisation_id is None:
        return seen
    return Scope((*seen.clauses, (Where("agency_id", "eq", principal.organisation_id), *assessed_if)))


def _scope_of_physician(principal: Principal) -> Scope:
    if principal.physician_id is None:
        return Scope()
    own = own_records(principal)
    return Scope(((Where("physician_id", "in", own) if own[1:] else Where("physician_id", "eq", own[0]),),))


def _scope_of(*conditions: Where) -> Scope:
    """The scope of rows that meet one of these; a condition without a value is met by none."""
    return Scope(tuple((where,) for where in conditions if where.value is not None))


def authorize(
    principal: Principal,
    standing: Standing,
    admitted: Collection[Grant],
    *,
    lifecycle: str,
    case_id: str,
    event: str,
) -> frozenset[Grant]:
    """
    Return the caller's grants if one of them is ``admitted``, the pairs that rows of the event name.

    Raises:
        NotFound: none is, and the caller may not know of the case.
        NotPermitted: none is, though the caller sees the case.
    """
    held = grants(principal, standing)
    if not held.isdisjoint(admitted):
        return held
    if not visible(principal, standing):
        raise NotFound(lifecycle, case_id)
    raise NotPermitted(lifecycle, event, own_matter=is_in_own_matter(principal, standing))


def reaches(principal: Principal, destination: Standing) -> bool:
    """
    Say whether the caller may bring a case to this organisation: it is the caller's own, or lies below it.
    """
    if principal.is_system:
        return True
    if principal.is_held or principal.kind is not AccountKind.ORGANISATION:
        return False
    return _is_own(principal, destination) or (principal.administers and _lies_within(principal, destination))

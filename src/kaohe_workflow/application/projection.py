"""
What of a record is also a column, and which views join them: one declaration for every store.

A store keeps each case as its record plus these columns; queries and uniqueness rest on nothing else.
No index mentions `state`, `version` or a time of change (PostgreSQL's HOT updates would be lost).
"""

from __future__ import annotations

from typing import Literal

import attrs

Kind = Literal["text", "integer", "boolean", "date", "instant", "blind"]


@attrs.frozen
class Column:
    """
    A column ``name`` of ``kind``, taken from the record's attribute ``source`` (default: the same name).

    Enumerations are stored by their code. A ``blind`` column holds the keyed hash (`Secrets.blind`,
    purpose = the column's name) of the attribute's text and serves equality only. Decimals are ``integer``
    hundredths. ``unless`` names states in which the column is null (a deleted name is free again).
    """

    name: str
    kind: Kind = "text"
    source: str = ""
    unless: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """The record's attribute."""
        return self.source or self.name


@attrs.frozen
class Projection:
    """
    Columns, uniqueness and indexes of one lifecycle.

    ``by_institution`` says that the key is (institution_id, id), so that the table can be distributed by
    institution; otherwise it is id alone. ``unique`` and ``indexes`` name columns (`institution_id` too); an index
    that ends in `id` serves the jobs that go through a cycle page by page.
    ``sealed`` are the attributes of the record that are encrypted at rest.
    """

    columns: tuple[Column, ...]
    by_institution: bool = True
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    sealed: tuple[str, ...] = ()


COLUMNS: dict[str, Projection] = {
    "cycle": Projection(
        columns=(Column("name"), Column("first_day", "date"), Column("last_day", "date")),
    ),
    "institution": Projection(
        columns=(
            Column("name"),
            Column("kind"),
            Column("superior_id"),
            Column("path"),
            Column("agency_id"),
            Column("is_agency", "boolean"),
        ),
        by_institution=False,
        indexes=(("path",), ("agency_id",)),
        sealed=("contact_phone",),
    ),
    "department": Projection(
        columns=(Column("name"), Column("live_name", source="name", unless=("deleted",))),
        unique=(("institution_id", "live_name"),),
    ),
    "account": Projection(
        columns=(
            Column("kind"),
            Column("physician_id"),
            Column("label"),
            Column("login_hash", "blind", source="login", unless=("disabled",)),
        ),
        by_institution=False,
        unique=(("login_hash",), ("physician_id",)),
        indexes=(("institution_id",),),
        sealed=("login",),
    ),
    "affiliation": Projection(
        columns=(
            Column("name"),
            Column("id_hash", "blind", source="id_number", unless=("deleted",)),
            Column("department_id"),
            Column("level"),
            Column("category"),
            Column("birth_date", "date"),
            Column("licensed_on", "date"),
            Column("first_registered_on", "date"),
        ),
        by_institution=False,
        unique=(("id_hash",),),
        indexes=(("institution_id", "id"),),
        sealed=("id_number", "id_original", "phone", "qualification_number"),
    ),
    "assessment": Projection(
        columns=(
            Column("cycle_id"),
            Column("physician_id"),
            Column("department_id"),
            Column("level"),
            Column("category"),
            Column("procedure"),
            Column("stage"),
            Column("ever_submitted", "boolean"),
        ),
        unique=(("physician_id", "cycle_id"),),
        indexes=(("cycle_id", "id"),),
    ),
    "exemption": Projection(
        columns=(Column("assessment_id"), Column("cycle_id"), Column("physician_id"), Column("kind")),
        unique=(("assessment_id",),),
        indexes=(("physician_id",), ("cycle_id", "id")),
    ),
    "evaluation": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("kind"),
            Column("stage"),
            Column("round", "integer"),
            Column("level"),
            Column("score", "integer"),
        ),
        unique=(("assessment_id", "stage", "kind", "round"),),
        indexes=(("physician_id",), ("cycle_id", "id"), ("cycle_id", "stage", "kind")),
    ),
    "certificate": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("number"),
            Column("result_version", "integer"),
        ),
        unique=(("assessment_id", "result_version"), ("number",)),
        indexes=(("physician_id",),),
    ),
}
"""Columns of every lifecycle beside `id`, `institution_id`, `state` and `version`."""

PERSONAL: frozenset[str] = frozenset({"assessment", "exemption", "evaluation", "certificate"})
"""Lifecycles about one physician: their cases are locked together with the physician's affiliation."""


def places(text: str) -> tuple[tuple[str, str], ...]:
    """Alias and column of each place that ``alias.column or alias.column`` names: the first with a value counts."""
    return tuple((alias, column) for alias, _, column in (one.partition(".") for one in text.split(" or ")))


@attrs.frozen
class Join:
    """
    Bring in ``lifecycle`` as ``alias`` where its ``right`` column equals ``left``, which is written as `places` are.

    Where ``within`` names an alias, only what belongs to the same institution as that one's case is brought in.
    """

    alias: str
    lifecycle: str
    left: str
    right: str = "id"
    within: str = ""


@attrs.frozen
class View:
    """
    Joined rows for pages and exports: ``base`` lifecycle (alias `base`), left ``joins``, ``fields``.

    ``fields`` maps a field's name to ``alias.column`` (any projected column, also `id`, `institution_id`,
    `state`, `version`), to the first of several that has a value (see `places`), or to ``alias.column!`` for a
    sealed attribute of the joined record, which is decrypted for the page and can be neither filtered nor sorted.
    Every view has the scope fields `id`, `institution_id`, `physician_id`, `agency_id`, `path`.
    """

    base: str
    joins: tuple[Join, ...]
    fields: dict[str, str]

    def places(self, field: str) -> tuple[tuple[str, str], ...]:
        """Alias and column of each place that a field comes from."""
        return places(self.fields[field].removesuffix("!"))

    def lifecycle(self, alias: str) -> str:
        """The lifecycle that an alias stands for."""
        return (
            self.base
            if alias == "base"
            else next(join.lifecycle for join in self.joins if join.alias == alias)
        )


_INSTITUTION = Join("institution", "institution", "base.institution_id")
_SCOPE = {
    "id": "base.id",
    "institution_id": "base.institution_id",
    "agency_id": "institution.agency_id",
    "superior_id": "institution.superior_id",
    "path": "institution.path",
    "institution_name": "institution.name",
    "state": "base.state",
    "version": "base.version",
}
_PERSON = Join("person", "affiliation", "base.physician_id")


def _of_person(filed: str) -> dict[str, str]:
    """Fields of the joined person; level and category as in the filing of the assessment ``filed``, if it counts."""
    return {
        "name": "person.name",
        "id_number": "person.id_number!",
        "id_hash": "person.id_hash",
        "level": f"{filed}.level or person.level",
        "category": f"{filed}.category or person.category",
        "birth_date": "person.birth_date",
        "licensed_on": "person.licensed_on",
        "first_registered_on": "person.first_registered_on",
    }


def _department(filed: str) -> Join:
    """
    The department of the filing, else that of the roster.

    A case that has ended stays where it was while the physician goes on: of where that is, it tells nothing.
    """
    return Join("department", "department", f"{filed}.department_id or person.department_id", within=filed)


_DEPARTMENT = {"department_id": "department.id", "department": "department.name"}

VIEWS: dict[str, View] = {
    "cycle": View(
        "cycle",
        (_INSTITUTION,),
        _SCOPE
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "first_day": "base.first_day",
            "last_day": "base.last_day",
        },
    ),
    "institution": View(
        "institution",
        (Join("institution", "institution", "base.id"),),
        _SCOPE
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "kind": "base.kind",
            "is_agency": "base.is_agency",
        },
    ),
    "department": View(
        "department", (_INSTITUTION,), _SCOPE | {"physician_id": "base.id", "name": "base.name"}
    ),
    "account": View(
        "account",
        (_INSTITUTION, attrs.evolve(_PERSON, within="base")),
        _SCOPE
        | {
            "physician_id": "base.physician_id",
            "name": "person.name or base.label",
            "login": "base.login!",
            "kind": "base.kind",
        },
    ),
    "physician": View(
        "affiliation",
        (_INSTITUTION, Join("department", "department", "base.department_id")),
        _SCOPE
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "id_number": "base.id_number!",
            "phone": "base.phone!",
            "id_hash": "base.id_hash",
            "department_id": "base.department_id",
            "department": "department.name",
            "level": "base.level",
            "category": "base.category",
            "birth_date": "base.birth_date",
            "licensed_on": "base.licensed_on",
            "first_registered_on": "base.first_registered_on",
        },
    ),
    "assessment": View(
        "assessment",
        (
            _INSTITUTION,
            _PERSON,
            _department("base"),
            Join("exemption", "exemption", "base.id", "assessment_id"),
        ),
        _SCOPE
        | _of_person("base")
        | _DEPARTMENT
        | {
            "physician_id": "base.physician_id",
            "cycle_id": "base.cycle_id",
            "procedure": "base.procedure",
            "stage": "base.stage",
            "ever_submitted": "base.ever_submitted",
            "exemption_state": "exemption.state",
            "exemption_id": "exemption.id",
        },
    ),
    "paper": View(
        "evaluation",
        (
            _INSTITUTION,
            Join("agency", "institution", "institution.agency_id"),
            _PERSON,
            Join("assessment", "assessment", "base.assessment_id"),
            _department("assessment"),
        ),
        _SCOPE
        | _of_person("assessment")
        | _DEPARTMENT
        | {
            "physician_id": "base.physician_id",
            "agency_name": "agency.name",
            "cycle_id": "base.cycle_id",
            "assessment_id": "base.assessment_id",
            "procedure": "assessment.procedure",
            "kind": "base.kind",
            "stage": "base.stage",
            "score": "base.score",
        },
    ),
    "exemption": View(
        "exemption",
        (
            _INSTITUTION,
            _PERSON,
            Join("assessment", "assessment", "base.assessment_id"),
            _department("assessment"),
        ),
        _SCOPE
        | _of_person("assessment")
        | _DEPARTMENT
        | {
            "physician_id": "base.physician_id",
            "cycle_id": "base.cycle_id",
            "assessment_id": "base.assessment_id",
            "procedure": "assessment.procedure",
            "kind": "base.kind",
        },
    ),
    "certificate": View(
        "certificate",
        (_INSTITUTION, _PERSON, Join("assessment", "assessment", "base.assessment_id")),
        _SCOPE
        | _of_person("assessment")
        | {
            "physician_id": "base.physician_id",
            "cycle_id": "base.cycle_id",
            "assessment_id": "base.assessment_id",
            "number": "base.number",
            "result_version": "base.result_version",
        },
    ),
}

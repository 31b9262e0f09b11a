"""
How columns and views are declared.
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
    ``sealed`` are the attributes of the record that are encrypted at rest: numbers, and what is said of somebody in a
    dispute (a penalty, a finding, what a physician states). What lists ask by stays in the open, and so do the
    registration and the opinions, which are the file itself. With ``traced`` those cases have an index of
    their own that have belonged to more than one institution.
    """

    columns: tuple[Column, ...]
    by_institution: bool = True
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    sealed: tuple[str, ...] = ()
    traced: bool = False


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

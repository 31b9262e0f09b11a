"""
What the guards of an application to correct a locked field look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.amendment.case import Amendment
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.locked_fields import DATED, IDENTIFYING, LockedField, read_locked
from kaohe_workflow.values.telling import last_day_before
from kaohe_workflow.values.windows import day_starts_at, local_date

_PLACES = {"attached": "attached", "unattached": "unattached"}
_FIXED_BY_PAPERS = frozenset({LockedField.LEVEL, LockedField.CATEGORY})


@attrs.frozen(kw_only=True)
class PersonView:
    """
    The physician: a state of the chart of physicians, the institution, and the locked data as text.

    ``values`` has every `LockedField`, an empty text for a blank one.
    """

    state: str
    institution_id: str
    values: Mapping[LockedField, str]


class Around(Protocol):
    """What an application needs of its surroundings; for one to be made, what its payload names."""

    @property
    def person(self) -> PersonView | None:
        """The physician, None where there is no such person."""

    @property
    def number_taken(self) -> bool:
        """Whether another physician has the number that is asked for; False where none is."""

    @property
    def other_open(self) -> bool:
        """Whether another application for the same field of the physician is undecided."""

    @property
    def paper_started(self) -> bool:
        """Whether the physician has begun a paper of an assessment that has no result yet."""


class AmendmentFacts(Facts[Amendment, Around]):
    """The facts of the chart ``amendment``."""

    @property
    def _asked(self) -> tuple[LockedField, str] | None:
        """The field and its new value: the record's, or what a new application names."""
        if self._record is not None:
            return self._record.field, self._record.value
        if isinstance(self._payload, CreateAmendment):
            return self._payload.field, self._payload.text
        return None

    @property
    def person(self) -> str:
        """Where the physician is: ``attached``, ``unattached`` or ``gone`` (手册 2.2.5)."""
        person = self._around.person
        return _PLACES.get(person.state, "gone") if person is not None else "gone"

    @property
    def proof_given(self) -> bool:
        """At least one file proves the value (手册 2.2.2; that it must be proven: design)."""
        return isinstance(self._payload, CreateAmendment) and bool(self._payload.attachments)

    @property
    def value_new(self) -> bool:
        """The value is another one than the roster's."""
        asked, person = self._asked, self._around.person
        return asked is not None and person is not None and person.values.get(asked[0], "") != asked[1]

    @property
    def date_past(self) -> bool:
        """A day that is asked for does not lie after today in China."""
        asked = self._asked
        if asked is None:
            return False
        field, text = asked
        return field not in DATED or read_locked(field, text) <= self._today

    @property
    def number_free(self) -> bool:
        """No other physician has the number; 15 and 18 digits of one person are one number (手册 2.2.5)."""
        return self._asked is not None and not self._around.number_taken

    @property
    def asked_already(self) -> bool:
        """Another application for the same field waits: there is one at a time (design)."""
        return self._around.other_open

    @property
    def identifying(self) -> bool:
        """姓名 or 证件号码: who somebody is, the administration decides (design)."""
        asked = self._asked
        return asked is not None and asked[0] in IDENTIFYING

    @property
    def papers_fixed(self) -> bool:
        """医师级别 or 执业类别, while a paper that was chosen by them has been started (design)."""
        asked = self._asked
        return asked is not None and asked[0] in _FIXED_BY_PAPERS and self._around.paper_started

    @property
    def by_institution(self) -> bool:
        """The institution has asked, not the physician."""
        return self._record is not None and self._record.by_institution

    @property
    def silent(self) -> bool:
        """
        The institution has let `amendment_days` go by: the day of the application is day 0, the last day still
        counts (design).
        """
        ends_at = self.silence_ends_at
        return ends_at is None or self._now >= ends_at

    @property
    def silence_ends_at(self) -> datetime | None:
        """When the institution's days are over."""
        if self._record is None:
            return None
        asked_on = local_date(self._record.requested_at)
        return day_starts_at(asked_on + timedelta(days=self._parameters.amendment_days + 1))

    def _told_silence(self) -> str:
        ends_at = self.silence_ends_at
        return f"机构审核的期限到{last_day_before(ends_at)}" if ends_at is not None else ""

    _ASIDES: ClassVar = {"silent": _told_silence}

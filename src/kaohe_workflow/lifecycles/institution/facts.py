"""
What the guards of an organisation look at.
"""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.lifecycles.institution.events import (
    ChangeSuperior,
    ConfirmCycle,
    CorrectKind,
    CreateInstitution,
)
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.public_health import PUBLIC_HEALTH
from kaohe_workflow.values.subjects import SUBJECTS
from kaohe_workflow.values.telling import listed
from kaohe_workflow.values.terms import OrganisationKind

_RANK = (OrganisationKind.PROVINCE, OrganisationKind.CITY, OrganisationKind.COUNTY)
"""Administrations, high to low; every health institution ranks below all of them."""


@attrs.frozen
class OrganisationView:
    """
    Another organisation: where it stands, whether it is ``closed``, ``active`` or still incomplete, and whether it is
    an agency, and has been ordered to correct.
    """

    id: str
    kind: OrganisationKind
    path: str
    state: str
    is_agency: bool
    correcting: bool = False


class Around(Protocol):
    """What lies around an organisation."""

    @property
    def any_organisation(self) -> bool:
        """Whether there is any organisation at all."""

    @property
    def superior(self) -> OrganisationView | None:
        """The superior that the payload names; where it names none, the record's."""

    @property
    def agency(self) -> OrganisationView | None:
        """The agency that the payload names; where it names none, the record's."""

    @property
    def credit_code_taken(self) -> bool:
        """Whether another organisation that is not closed has the credit code of the payload, or else of the record."""

    @property
    def cycle_state(self) -> str | None:
        """The state of the cycle that the payload names."""

    @property
    def has_subordinates(self) -> bool:
        """Whether an organisation directly below is not closed."""

    @property
    def any_subordinates(self) -> bool:
        """Whether there is an organisation directly below, closed or not."""

    @property
    def subordinate_kinds(self) -> Set[OrganisationKind]:
        """The kinds of the organisations directly below, closed ones too."""

    @property
    def subjects(self) -> Set[str]:
        """The subjects that its departments are linked to, deleted ones aside."""

    @property
    def is_applying(self) -> bool:
        """Whether an application of it to be an assessment institution waits for a decision."""

    @property
    def has_physicians(self) -> bool:
        """Whether a physician is attached here."""

    @property
    def serves_others(self) -> bool:
        """Whether another organisation that is not closed names this one as its agency."""


class InstitutionFacts(Facts[Institution, Around]):
    """The facts of the chart ``institution``."""

    @property
    def place(self) -> str:
        """
        Where the payload would put the organisation in the tree.

        ``root``: no superior, a province's administration, and there is no organisation yet. ``below``: the
        superior is an administration of a higher rank that is not closed, and not below the organisation
        itself.
        """
        payload, superior = self._payload, self._around.superior
        if isinstance(payload, CreateInstitution) and payload.superior_id is None:
            first = payload.kind is OrganisationKind.PROVINCE and not self._around.any_organisation
            return "root" if first else "misplaced"
        kind = self._kind_placed
        if kind is None or superior is None or superior.state == "closed":
            return "misplaced"
        return "below" if _ranks_above(superior.kind, kind) and not self._contains(superior) else "misplaced"

    @property
    def _kind_placed(self) -> OrganisationKind | None:
        if isinstance(self._payload, CreateInstitution | CorrectKind):
            return self._payload.kind
        if isinstance(self._payload, ChangeSuperior) and self._record is not None:
            return self._record.kind
        return None

    def _contains(self, other: OrganisationView) -> bool:
        return self._record is not None and other.path.startswith(self._record.path)

    @property
    def new_kind(self) -> str:
        """
        Whether the organisation, as it is, may be of the payload's kind; if not, the first thing that keeps it.

        Read: what the accounts of an administration may do is nothing that a correction gives, or takes away, so one
        that should have been a health institution is closed and made anew. Physicians are registered in
        医疗、预防、保健机构 alone (考核办法 第三条), and subjects of their own have 预防保健机构 alone. What is
        asked of an assessment institution goes by the kind (考核办法 第七条), so an application is decided first.
        """
        kind = self._payload.kind if isinstance(self._payload, CorrectKind) else None
        if self._record is None or kind is None or kind is self._record.kind:
            return "same"
        around, own_subjects = self._around, PUBLIC_HEALTH.keys() - SUBJECTS.keys()
        below = around.subordinate_kinds
        keeping = {
            "other_side": kind.is_administration is not self._record.kind.is_administration,
            "subordinates": not all(_ranks_above(kind, one) for one in below),
            "physicians": around.has_physicians and not kind.is_health_institution,
            "departments": kind is not OrganisationKind.PREVENTION
            and not own_subjects.isdisjoint(around.subjects),
            "applying": around.is_applying,
        }
        return next((name for name, keeps in keeping.items() if keeps), "fits")

    @property
    def profile_complete(self) -> bool:
        """
        The fields with a red star are filled in (手册 2.2.2): name and address, for a medical institution
        its grade.

        The kind (机构类型) is given when the organisation is made; only the superior corrects it.
        """
        address = getattr(self._payload, "address", None)
        grade = getattr(self._payload, "grade", None)
        medical = self._record is not None and self._record.kind is OrganisationKind.MEDICAL
        return bool(address) and (grade is not None or not medical)

    @property
    def credit_code_free(self) -> bool:
        """
        No other organisation has this 统一社会信用代码, which names one alone (GB 32100-2015), closed ones aside.

        Without a code nothing stands in the way: it is no field with a red star (手册 2.2.2).
        """
        return not self._around.credit_code_taken

    @property
    def cycle_running(self) -> bool:
        """The payload's cycle is published and neither archived nor discarded."""
        return self._around.cycle_state in ("published", "running", "first_ended", "makeup")

    @property
    def cycle_confirmed(self) -> bool:
        """The institution has confirmed the payload's cycle before."""
        if self._record is None or not isinstance(self._payload, ConfirmCycle):
            return False
        return self._payload.cycle_id in self._record.confirmed_cycles

    @property
    def is_administration(self) -> bool:
        """It is a health administration, which is no assessment institution's charge."""
        return self._record is not None and self._record.kind.is_administration

    @property
    def is_agency(self) -> bool:
        """It is approved as an assessment institution in a running cycle (考核办法 第七条)."""
        return self._record is not None and self._record.is_agency

    @property
    def serves_others(self) -> bool:
        """Another organisation names it as its agency; its own physicians do not count."""
        return self._around.serves_others

    @property
    def agency_approved(self) -> bool:
        """
        The payload's agency may assess here: an active institution that is approved in a running cycle, or an
        administration above.

        No agency at all is approved as well: then the direct superior acts.
        """
        if not hasattr(self._payload, "agency_id"):
            return False
        if self._payload.agency_id is None:
            return True
        return self._record is not None and may_assess(self._around.agency, self._record.path)

    @property
    def agency_correcting(self) -> bool:
        """The payload's agency has been ordered to correct: it keeps whom it has, and gets nobody new."""
        agency = self._around.agency if getattr(self._payload, "agency_id", None) is not None else None
        return agency is not None and agency.correcting

    @property
    def no_physicians(self) -> bool:
        """Nobody is attached to it."""
        return not self._around.has_physicians

    @property
    def has_subordinates(self) -> bool:
        """An organisation directly below it is not closed."""
        return self._around.has_subordinates

    @property
    def any_subordinates(self) -> bool:
        """An organisation, closed or not, is directly below it: its path would not follow."""
        return self._around.any_subordinates

    @property
    def superior_open(self) -> bool:
        """Its superior is not closed; the root has none and needs none."""
        if self._record is not None and self._record.superior_id is None:
            return True
        superior = self._around.superior
        return superior is not None and superior.state != "closed"

    def _told_profile(self) -> str:
        medical = self._record is not None and self._record.kind is OrganisationKind.MEDICAL
        missing = [] if getattr(self._payload, "address", None) else ["详细地址"]
        if medical and getattr(self._payload, "grade", None) is None:
            missing.append("机构级别")
        return f"尚未填写：{listed(missing)}" if missing else ""

    def _told_agency(self) -> str:
        return "先由上级办理“不再担任”" if self.is_agency else ""

    _ASIDES: ClassVar = {"profile_complete": _told_profile, "is_agency": _told_agency}


def may_assess(agency: OrganisationView | None, path: str) -> bool:
    """
    Whether an organisation may assess, now, for the one at this place: an active institution that is marked, or an
    administration above that is not closed (考核办法 第七条).
    """
    if agency is None or agency.state == "closed":
        return False
    if agency.kind.is_administration:
        return path.startswith(agency.path)
    return agency.is_agency and agency.state == "active"


def _ranks_above(superior: OrganisationKind, kind: OrganisationKind) -> bool:
    if not superior.is_administration:
        return False
    return not kind.is_administration or _RANK.index(superior) < _RANK.index(kind)

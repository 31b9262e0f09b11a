"""
What the facts of an assessment are computed from.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from kaohe_workflow.lifecycles.assessment.case import Assessment, Opinions
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Submit
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.assessment.procedure import completed
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.lifecycles.listing import ListStanding
from kaohe_workflow.lifecycles.shape import Decider, Facts
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.terms import OrganisationKind, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows


class Around(Protocol):
    """What an assessment needs of its surroundings; for a case to be made, what its payload names."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is no such cycle."""

    @property
    def person(self) -> PersonView | None:
        """The physician, None where there is no such person."""

    @property
    def barred_until(self) -> tuple[date, ...]:
        """The ends of the bars of the physician's cancellations that stand."""

    @property
    def assessor_id(self) -> str | None:
        """The organisation that assesses the case now; None where it is not known."""

    @property
    def papers(self) -> tuple[PaperView, ...]:
        """Every paper of this assessment, of both stages, cancelled ones included."""

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""

    @property
    def sender_kind(self) -> OrganisationKind | None:
        """What the organisation is that the sender acts for, None where there is none."""

    @property
    def held_off(self) -> tuple[Decider, ...]:
        """The members of the committee who have nothing to do with this file (回避)."""

    @property
    def in_open_sample(self) -> bool:
        """Whether a check of opinions that has not ended has drawn this file (抽查核实)."""

    @property
    def list_standing(self) -> ListStanding:
        """How the physician stands to the list of who takes part (考核名单)."""

    @property
    def cheating_confirmed(self) -> bool:
        """Whether the province has found that a paper of this assessment was not sat honestly."""

    @property
    def exemption_filed(self) -> bool:
        """Whether the physician has applied for an exemption and not withdrawn it."""

    @property
    def waived(self) -> frozenset[PaperKind]:
        """The kinds of paper that a granted exemption waives."""

    @property
    def deferral_filed(self) -> bool:
        """Whether a deferral is on record."""

    def department_enabled(self, department_id: str) -> bool:
        """Whether the department belongs to the case's institution and is enabled."""


class Seen(Facts[Assessment, Around]):
    """What the facts of several subjects look at."""

    @property
    def _windows(self) -> CycleWindows | None:
        """The windows that hold for this case: the cycle's, or its own (提前考核)."""
        cycle = self._around.cycle
        if cycle is None or self._record is None:
            return cycle.windows if cycle is not None else None
        return self._record.windows(cycle.windows)

    @property
    def _filing(self) -> Filing:
        """The filing as it would be stored: what the event brings, else the draft; blanks from the roster."""
        return completed(self._written, self._around.person, self._around.department_enabled)

    @property
    def _written(self) -> Filing:
        """The filing as the physician has written it."""
        given = self._payload.filing if isinstance(self._payload, Submit) else None
        editable = self._record.editable if self._record is not None else None
        return given or editable or Filing()

    @property
    def _given(self) -> Opinions:
        """The opinions that the event brings."""
        return self._payload.opinions if isinstance(self._payload, GiveOpinion) else Opinions()

    @property
    def _stage(self) -> Stage:
        stage = self._record.stage if self._record is not None else None
        return stage or Stage.FIRST

    @property
    def _makeup_offered(self) -> bool:
        """The province offers a make-up before the verdict."""
        meaning = self._parameters.makeup_meaning
        return self._parameters.makeup_offered and meaning is MakeupMeaning.PRE_VERDICT

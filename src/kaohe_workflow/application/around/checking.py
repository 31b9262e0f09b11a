"""
Around checks of a sample (抽查核实): what may be drawn.
"""

from __future__ import annotations

from collections.abc import Collection

import attrs

from kaohe_workflow.application.around.recusing import AroundFile
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.spot_check.case import Subject

WAITING = "awaiting_agency_review"
LOOKED_THROUGH = "concluded"


@attrs.frozen
class SpotCheckAround(AroundFile):
    """Around a check of an organisation; what a finding is about is the file of one physician."""

    def population(self, subject: Subject) -> tuple[str, ...]:
        """
        The ids of the assessments that a sample may be drawn from.

        Opinions: files of the institution that wait for review. Results: those to which the organisation has come,
        whoever is assigned since, an administration that stood in included; of an institution that has come to none in
        the cycle those of its own physicians. Of either those alone whose institution lies in the area (辖区) of who
        draws: an agency assesses also for other areas, and their files are not for this office to see. Files that wait
        stay as they are until the sample is stored, so that nobody passes one on that is being drawn.
        """
        return tuple(case.id for case in self._cases(subject))

    def self_reviewed(self, subject: Subject) -> tuple[str, ...]:
        """
        Those of them that their own institution assesses, being its own assessment institution in this cycle.

        A result is so as its `self_rechecked` says, a file that waits if that institution is to review it now.
        """
        home = self.at.named("institution_id")
        if subject is Subject.OPINIONS:
            own = self.at.batch.agency_in(home, self.at.named("cycle_id")) == home
            return self.population(subject) if own else ()
        return tuple(case.id for case in self._cases(subject) if case.record.self_rechecked)

    def standing_seed(self, subject: Subject) -> str | None:
        """
        The oldest seed of a sample of the same organisation, cycle and subject, drawn by the same organisation, that
        was not looked through, nor made good by another that was.

        By it one that was given up is drawn again as far as the population is the same, whatever the number and the
        procedure: each member keeps its rank. Who else supervises draws by another: the sampled one knows the seed by
        then, and with it whom the second would look at (考核办法 第十条, design). Whoever asks is about to draw, and of
        a first sample there is no row yet that two could meet at: they go in turn.
        """
        home, cycle_id = self.at.named("institution_id"), self.at.named("cycle_id")
        drawer = self.at.batch.organisation_id
        self.at.batch.unit.serialise(f"spot_check/{home}/{cycle_id}/{subject.value}/{drawer}")
        where = [
            Where("institution_id", "eq", home),
            Where("cycle_id", "eq", cycle_id),
            Where("subject", "eq", subject),
        ]
        found = self.at.batch.unit.find("spot_check", where)
        checks = [case for case in found if case.record.drawn_by == drawer]
        looked = [case.record for case in checks if case.state == LOOKED_THROUGH]
        standing = (
            case.record
            for case in checks
            if case.state != LOOKED_THROUGH and not any(one.makes_good(case.record) for one in looked)
        )
        return min((record.seed for record in standing), default=None)

    def _cases(self, subject: Subject) -> list[Case]:
        home, procedure = self.at.named("institution_id"), self.at.named("procedure")
        opinions = subject is Subject.OPINIONS
        whose = "institution_id" if opinions or not self._has_assessed(home) else "assessed_by"
        where = [
            Where(whose, "eq", home),
            Where("cycle_id", "eq", self.at.named("cycle_id")),
            Where("state", "in", (WAITING,) if opinions else DECIDED),
        ]
        if procedure is not None:
            where.append(Where("procedure", "eq", procedure))
        cases = self.at.batch.unit.find("assessment", where, hold=opinions)
        for case in cases:
            self.at.batch.institutions.want(case.institution_id)
        return cases if opinions else [case for case in cases if self._lies_below_drawer(case)]

    def _lies_below_drawer(self, case: Case) -> bool:
        """Whether the institution of a result is, or lies below, the organisation that draws."""
        institutions = self.at.batch.institutions
        drawer, home = institutions.get(self.at.batch.organisation_id), institutions.get(case.institution_id)
        return drawer is not None and home is not None and home.record.path.startswith(drawer.record.path)

    def _has_assessed(self, home: str) -> bool:
        """Whether the organisation has come to any result of the cycle."""
        where = [
            Where("assessed_by", "eq", home),
            Where("cycle_id", "eq", self.at.named("cycle_id")),
            Where("state", "in", DECIDED),
        ]
        return bool(self.at.batch.unit.find("assessment", where, limit=1))

    def waiting(self, assessment_ids: Collection[str]) -> tuple[str, ...]:
        """Those of them that wait for the agency's review."""
        found = self.at.batch.unit.read("assessment", tuple(sorted(assessment_ids)))
        return tuple(case.id for case in found.values() if case.state == WAITING)

"""
监考照片 are let go once they have been kept for the province's time after the result (`photos_kept_days`).

What goes is the picture of a face; when it was taken and how like it was stays with the paper. While a mark, a reported
finding or an application for review is not decided nothing goes, and what a mark was proven by never does. The paper
says so by an event of its own, so that its history tells when and why; the bytes go as those of every file that nothing
names (`Attachments.clear_away`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.around.photos import concluded_on, evidence_of, is_contested
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.phases import OPEN_PAPER
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.selectors.finding import by
from kaohe_workflow.application.send import Done, Door
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.lifecycles.evaluation.photo_keeping import retention_over
from kaohe_workflow.values.windows import local_date

PORTION = 100
"""Papers looked at, and sent, in one unit of work."""


@attrs.frozen
class DuePhotos:
    """The photos of a paper whose time is over: how many, and since when they were to be kept."""

    paper_id: str
    photos: int
    concluded_on: date


@attrs.frozen
class PhotoRetention:
    """The retention of photos, over the one door. Safe to run late, twice, or on several workers at once."""

    door: Door

    def due(self) -> list[DuePhotos]:
        """What `clear_away` would let go now, by the id of the paper, changing nothing."""
        return sorted((one for portion in self._portions() for one in portion), key=lambda one: one.paper_id)

    def clear_away(self) -> int:
        """
        Let go what has been kept for long enough; of how many papers.

        Raises:
            StoreUnavailable: the store does not answer; the rest stays for the next time.
        """
        done = 0
        for portion in self._portions():
            items = [Item(one.paper_id) for one in portion]
            sent = self.door.send_many(SYSTEM, "evaluation", "drop_photos", items) if items else []
            done += sum(isinstance(outcome, Done) for outcome in sent)
        return done

    def clear_away_daily(self) -> int:
        """
        Do `clear_away` if nobody has begun it today; of how many papers.

        Raises:
            StoreUnavailable: as `clear_away`.
        """
        name = f"photos/{self._today()}"
        with self.door.store.begin(write=False) as unit:
            if unit.noted([name]):
                return 0
        try:
            with self.door.store.begin() as unit:
                unit.note(name, self.door.clock.now())
                unit.commit()
        except ConcurrentTransition:
            return 0
        return self.clear_away()

    def _today(self) -> date:
        return local_date(self.door.clock.now())

    def _kept_days(self) -> int:
        return self.door.tools.catalogue.parameters(self._today()).photos_kept_days

    def _portions(self) -> Iterator[list[DuePhotos]]:
        """Papers whose photos are due, a portion at a time; none is open while it is used."""
        for where in self._wanted():
            after: tuple[str, str] | None = None
            while True:
                with self.door.store.begin(write=False) as unit:
                    rows = unit.page(
                        "paper", Scope.everything(), where, order=Order("id"), after=after, limit=PORTION
                    )
                    found = self._ripe(unit, [str(row["id"]) for row in rows])
                yield found
                if len(rows) < PORTION:
                    break
                after = (str(rows[-1]["id"]), str(rows[-1]["id"]))

    def _wanted(self) -> list[list[Where]]:
        """Whose result is old enough, and who has come to another end in a cycle that runs no more."""
        kept = Where("photos_kept", "eq", True)
        old = self._today() - timedelta(days=self._kept_days() + 1)
        with self.door.store.begin(write=False) as unit:
            ended = unit.find("cycle", [Where("state", "in", ("archived", "discarded"))])
        wanted = [[kept, Where("decided_on", "le", old)]]
        if ended:
            in_ended = Where("cycle_id", "in", tuple(cycle.id for cycle in ended))
            wanted.append([kept, in_ended, Where("decided_on", "null")])
        return wanted

    def _ripe(self, unit: UnitOfWork, ids: Sequence[str]) -> list[DuePhotos]:
        papers = [case for case in unit.read("evaluation", ids).values() if case.state not in OPEN_PAPER]
        named = tuple(dict.fromkeys(case.record.assessment_id for case in papers))
        if not named:
            return []
        assessments = unit.read("assessment", named)
        cycles = unit.read("cycle", tuple({case.record.cycle_id for case in assessments.values()}))
        of_these = [Where("assessment_id", "in", named)]
        marks = by(unit.find("cheating", of_these), "assessment_id")
        reviews = by(unit.find("result_review", of_these), "assessment_id")
        found = []
        for paper in papers:
            assessment = assessments[paper.record.assessment_id]
            beside = marks.get(assessment.id, ())
            ended = concluded_on(assessment, cycles.get(assessment.record.cycle_id))
            left = paper.record.photo_files - evidence_of(beside)
            is_free = not is_contested(assessment, beside, reviews.get(assessment.id, ()))
            if left and is_free and ended is not None and self._is_over(ended):
                found.append(DuePhotos(paper.id, len(left), ended))
        return found

    def _is_over(self, ended: date) -> bool:
        return retention_over(ended, self._kept_days(), self._today())

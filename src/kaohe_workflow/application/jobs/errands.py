"""
Jobs that people ask for: what was asked, how far it is, what came of it.

An errand goes on like any other job, page by page, but a page of it may take long: what it does to cases goes through
the door, and the file that it makes is kept before the page is noted. A page that is cut off is done again: of
certificates it comes to the same, each printed once; codes are issued anew, which makes void what nobody was told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.certificates import Certificates
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.jobs.activations import KEPT_FOR, ActivationSheets
from kaohe_workflow.application.jobs.asking import asker_of, told
from kaohe_workflow.application.jobs.errand_kinds import File, Kind, Reserve, kinds_of
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.orphans import drop_bytes, name_bytes
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.queries.lists import Lists
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import TAKEN, Errand, Job
from kaohe_workflow.errors import InputInvalid, NotFound, Problem, StoreUnavailable
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding

ERRAND = "errand"
"""The kind of the job behind an errand."""

MOST_CERTIFICATES = 20_000
"""Certificates of one errand."""

MOST_OPEN = 3
"""Errands of one account that wait at a time: jobs take turns, and nobody shall have most of them."""

PORTION = 50
"""Certificates of one page, and of one file of the result: some seconds, some megabytes."""

PRINTABLE = ("printable", "generated", "stamped")
"""Certificates that can be printed."""

GOING = (ErrandStanding.WAITING, ErrandStanding.CANCELLED)
"""Errands that a page is added to: one that was on its way when its errand was cancelled has been done."""

PAGE = 200
MAXIMUM_SHOWN = 200
"""Errands on one page."""


@attrs.frozen
class Step:
    """
    What a page adds to its errand: things gone through and refused, and the file of the rest (digest and content).

    The job goes on at ``at``, unless the errand ends with this page (``ending``, for the ``problem`` if it failed).
    """

    at: int
    passed: int = 0
    refused: int = 0
    file: tuple[str, bytes] | None = None
    ending: ErrandStanding | None = None
    problem: str = ""


@attrs.frozen
class Errands:
    """
    Errands over a store.

    ``bundle`` makes one file of several; ``contents`` keeps what comes of it.
    """

    door: Door
    lists: Lists
    certificates: Certificates
    sheets: ActivationSheets
    contents: Contents
    bundle: Callable[[Sequence[File]], bytes]
    portion: int = PORTION

    def ask_for_certificates(
        self, principal: Principal, cycle_id: str, *, institution_id: str | None = None
    ) -> Errand:
        """
        Let all certificates of a cycle be printed that the caller sees and that can be printed, or an institution's.

        Raises:
            InputInvalid: ``errand-empty``: there is none; ``errand-large``: more than `MOST_CERTIFICATES`;
                ``errand-many``: `MOST_OPEN` of the caller's errands are under way.
        """
        check_arguments(
            ("principal", principal, Principal),
            ("cycle_id", cycle_id, str),
            ("institution_id", institution_id, str | None),
        )
        filters = {"cycle_id": cycle_id}
        if institution_id is not None:
            filters["institution_id"] = institution_id
        ids = [row["id"] for row in self._certificates(principal, filters) if row["state"] in PRINTABLE]
        if not ids:
            raise InputInvalid([Problem("$.cycle_id", "errand-empty", "没有可打印的证书")])
        if len(ids) > MOST_CERTIFICATES:
            message = f"一次至多{MOST_CERTIFICATES}份，请按机构打印"
            raise InputInvalid([Problem("$.cycle_id", "errand-large", message)])
        return self._begin(principal, ErrandKind.CERTIFICATES, ids)

    def ask_for_activations(self, principal: Principal, filters: Mapping[str, str]) -> Errand:
        """
        Let activation codes be issued, as sheets to print, to physicians whose accounts were never used.

        Args:
            filters: of the list of physicians; none is all whom the caller sees.

        Raises:
            NotPermitted: the caller issues codes to nobody.
            InputInvalid: as `ActivationSheets.chosen`; ``errand-many``: `MOST_OPEN` of the caller's errands are under
                way.
        """
        check_arguments(("principal", principal, Principal), ("filters", filters, Mapping[Any, Any]))
        return self._begin(principal, ErrandKind.ACTIVATIONS, self.sheets.chosen(principal, filters))

    def _kind(self, errand: Errand) -> Kind:
        return kinds_of(self.certificates, self.sheets, self.portion)[errand.kind]

    def _certificates(self, principal: Principal, filters: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        after = None
        while True:
            page = self.lists.page(principal, "certificates", filters, after=after, limit=PAGE)
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def _begin(self, principal: Principal, kind: ErrandKind, ids: Sequence[str]) -> Errand:
        tools, now = self.door.tools, self.door.clock.now()
        errand = Errand(
            tools.identifiers.new_id(),
            principal.account_id,
            kind,
            ErrandStanding.WAITING,
            len(ids),
            now,
        )
        content = {"ids": list(ids), "at": 0, "asker": told(principal)}
        with self.door.store.begin() as unit:
            unit.serialise(f"errands-of/{principal.account_id}")
            own = unit.errands(principal.account_id, before=None, limit=MAXIMUM_SHOWN)
            if sum(one.standing is ErrandStanding.WAITING for one in own) >= MOST_OPEN:
                message = f"已有{MOST_OPEN}个任务在进行，请等其中一个结束，或取消一个"
                raise InputInvalid([Problem("$", "errand-many", message)])
            unit.keep_errand(errand)
            unit.enqueue([Job(errand.id, ERRAND, tools.codec.canonical(content), now)])
            unit.commit()
        return errand

    def own(self, principal: Principal, *, before: str | None = None, limit: int = 20) -> tuple[Errand, ...]:
        """
        The caller's errands, newest first.

        Raises:
            InputInvalid: the limit is out of bounds.
        """
        check_arguments(
            ("principal", principal, Principal), ("before", before, str | None), ("limit", limit, int)
        )
        if not 1 <= limit <= MAXIMUM_SHOWN:
            raise InputInvalid([Problem("limit", "limit-range", f"应为1至{MAXIMUM_SHOWN}的整数")])
        with self.door.store.begin(write=False) as unit:
            return tuple(unit.errands(principal.account_id, before=before, limit=limit))

    def show(self, principal: Principal, errand_id: str) -> Errand:
        """
        How far an errand is.

        Raises:
            NotFound: no such errand, or none of the caller's.
        """
        with self.door.store.begin(write=False) as unit:
            return self._own(unit, principal, errand_id)

    @staticmethod
    def _own(unit: UnitOfWork, principal: Principal, errand_id: str) -> Errand:
        check_arguments(("principal", principal, Principal), ("errand_id", errand_id, str))
        errand = unit.errand(errand_id)
        if errand is None or errand.account_id != principal.account_id:
            raise NotFound("errand", errand_id)
        return errand

    def cancel(self, principal: Principal, errand_id: str) -> Errand:
        """
        End an errand after the page on its way; what is done stays done. One that has ended stays as it is.

        Raises:
            NotFound: no such errand, or none of the caller's.
        """
        with self.door.store.begin() as unit:
            unit.serialise(f"errands/{errand_id}")
            errand = self._own(unit, principal, errand_id)
            if errand.standing is ErrandStanding.WAITING:
                errand = self._ended(errand, ErrandStanding.CANCELLED)
                unit.keep_errand(errand)
                if not self._kind(errand).once:
                    unit.finish([errand.id])
                unit.commit()
            return errand

    def part(self, principal: Principal, errand_id: str, number: int) -> bytes:
        """
        One file of the result, from 1 on; there are as many as the errand has parts. Nothing changes by it.

        Raises:
            NotFound: no such errand of the caller's, or no such file.
            InputInvalid: ``errand-once``: its files are given out once, by `take`.
            RecordDamaged: the file is not as it was made.
        """
        with self.door.store.begin(write=False) as unit:
            errand = self._own(unit, principal, errand_id)
        if self._kind(errand).once:
            raise InputInvalid([Problem("$", "errand-once", "这里的文件每份只能取一次，请用取走的请求")])
        return self.contents.read(self._digest(errand, number))

    def take(self, principal: Principal, errand_id: str, number: int) -> bytes:
        """
        One file of the result; one that is given out once is gone afterwards, others stay, as `part` reads them.

        Raises:
            NotFound: no such errand of the caller's, or no such file, or it was given out, or is over.
            RecordDamaged: the file is not as it was made.
        """
        with self.door.store.begin() as unit:
            unit.serialise(f"errands/{errand_id}")
            errand = self._own(unit, principal, errand_id)
            digest = self._digest(errand, number)
            content = self.contents.read(digest)
            if not self._kind(errand).once:
                return content
            parts = [*errand.parts[: number - 1], TAKEN, *errand.parts[number:]]
            unit.keep_errand(attrs.evolve(errand, parts=tuple(parts)))
            unit.commit()
        self._drop([digest])
        return content

    def _digest(self, errand: Errand, number: int) -> str:
        """Under what a file lies that can be had; raises `NotFound` where there is none, or not any more."""
        digest = errand.parts[number - 1] if 1 <= number <= len(errand.parts) else TAKEN
        if digest == TAKEN or self._is_over(errand):
            raise NotFound("errand", errand.id)
        return digest

    def _is_over(self, errand: Errand) -> bool:
        """Whether files that are given out once have lain there long enough."""
        ended = errand.ended_at
        return self._kind(errand).once and ended is not None and self.door.clock.now() >= ended + KEPT_FOR

    def _drop(self, digests: Sequence[str]) -> None:
        """
        Drop files that are named no more.

        Where that cannot be done, or the process dies before, `Orphans` does it: whoever has a file in hand, which is
        noted as given out, must get it.
        """
        with suppress(StoreUnavailable):
            for digest in digests:
                with self.door.store.begin() as unit:
                    drop_bytes(unit, self.contents, digest)
                    unit.commit()

    def go_on(self, job: Job) -> Progress:
        """
        Do the next page of an errand; one that must wait, or whose files are kept for a while, keeps its job.

        Raises:
            StoreUnavailable: the store does not answer, or the file cannot be kept; the page is done again.
        """
        content = self.door.tools.codec.parse(job.content)
        with self.door.store.begin(write=False) as unit:
            errand = unit.errand(job.id)
            principal = asker_of(unit, content["asker"])
        if errand is None or errand.standing is not ErrandStanding.WAITING:
            return self._end(job, errand)
        at = content["at"]
        if principal is None:
            gone = Step(at, ending=ErrandStanding.FAILED, problem="asker-gone")
            return self._note(job, content, gone)
        kind = self._kind(errand)
        if kind.reserve is not None and content.get("paced") != at:
            return self._pace(job, errand, content, kind.reserve)
        ids = content["ids"][at : at + kind.portion]
        part = kind.work(principal, errand, ids)
        file = None
        if part.files:
            made = self.bundle(part.files)
            file = self.contents.keep(made), made
        after = at + len(ids)
        ending = ErrandStanding.DONE if after >= len(content["ids"]) else None
        return self._note(job, content, Step(after, part.passed, part.refused, file, ending))

    def _pace(self, job: Job, errand: Errand, content: Mapping[str, Any], reserve: Reserve) -> Progress:
        """Count the next page, or leave the job alone until there may be one."""
        with self.door.store.begin() as unit:
            held = unit.job(job.id, wait=True)
            if held is None or held.content != job.content:
                return Progress.GONE  # somebody else has done this page
            until = reserve(unit, errand.account_id)
            if until is None:
                text = self.door.tools.codec.canonical({**content, "paced": content["at"]})
                held = attrs.evolve(held, content=text)
            else:
                held = attrs.evolve(held, free_at=until)
            unit.keep_job(held)
            unit.commit()
        return Progress.MORE if until is None else Progress.RESTS

    def _end(self, job: Job, errand: Errand | None) -> Progress:
        """Of an errand that has ended: drop the files that are over, or leave its job alone until they are."""
        if errand is None or not self._kind(errand).once or errand.ended_at is None:
            with self.door.store.begin() as unit:
                unit.finish([job.id])
                unit.commit()
            return Progress.ENDED
        with self.door.store.begin() as unit:
            unit.serialise(f"errands/{job.id}")
            errand, held = unit.errand(job.id), unit.job(job.id, wait=True)
            if errand is None or held is None:
                return Progress.GONE
            over = self._is_over(errand)
            if over:
                unit.keep_errand(attrs.evolve(errand, parts=(TAKEN,) * len(errand.parts)))
                unit.finish([job.id])
            elif errand.ended_at is not None:
                unit.keep_job(attrs.evolve(held, free_at=errand.ended_at + KEPT_FOR))
            unit.commit()
        self._drop(errand.kept_parts if over else ())
        return Progress.ENDED if over else Progress.RESTS

    def _note(self, job: Job, content: Mapping[str, Any], step: Step) -> Progress:
        """
        In one unit of work: what a page adds to the errand, and where its job goes on, or that it is over.

        The errand is read again: a page takes long, and files may have been given out meanwhile.
        """
        with self.door.store.begin() as unit:
            unit.serialise(f"errands/{job.id}")
            errand, held = unit.errand(job.id), unit.job(job.id, wait=True)
            if errand is None or held is None or held.content != job.content:
                return Progress.GONE  # it was cancelled, or somebody else has done this page
            if errand.standing in GOING:
                if step.file is not None:
                    # A page that is done again after days may have found old bytes, which were then dropped.
                    name_bytes(unit, self.contents, *step.file)
                unit.keep_errand(self._with(errand, step))
            over = step.ending is not None and not self._kind(errand).once
            if over:
                unit.finish([job.id])
            else:
                text = self.door.tools.codec.canonical({**content, "at": step.at})
                unit.keep_job(attrs.evolve(held, content=text, failures=0))
            unit.commit()
        return Progress.ENDED if over else Progress.MORE

    def _with(self, errand: Errand, step: Step) -> Errand:
        """The errand once a page of it is done."""
        grown = attrs.evolve(
            errand,
            done=errand.done + step.passed,
            refused=errand.refused + step.refused,
            parts=errand.parts if step.file is None else (*errand.parts, step.file[0]),
        )
        if step.ending is None or errand.standing is not ErrandStanding.WAITING:
            return grown
        return self._ended(grown, step.ending, step.problem)

    def _ended(self, errand: Errand, standing: ErrandStanding, problem: str = "") -> Errand:
        return attrs.evolve(errand, standing=standing, problem=problem, ended_at=self.door.clock.now())

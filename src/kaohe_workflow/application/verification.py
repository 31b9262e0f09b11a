"""
`kaohe verify`: the history proves the present.

Every step is decided again from its recorded facts, the chain of hashes is followed, everything that lies in the store
is compared with it, and what must hold between lifecycles is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from kaohe_workflow.application.attached import named_files
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.application.ports import Audit, Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.proving import UNREADABLE, Finding, Prover
from kaohe_workflow.application.stored import Case, Due, Enclosure, HistoryRow, Kept, Refusal, Unreadable
from kaohe_workflow.errors import NotFound, RecordDamaged

__all__ = ["Finding", "Verification", "Verified"]

PAGE = 500


@attrs.frozen
class Verified:
    """
    How many cases, steps and refusals were looked at, and every finding.

    ``opened`` counts the cases whose record is the one that their last step left. Where there are cases and not one of
    them is, the keys are those of another installation.
    """

    cases: int
    steps: int
    refusals: int
    findings: tuple[Finding, ...]
    opened: int


@attrs.frozen
class Verification:
    """Proves everything in a store."""

    store: Store
    catalogue: Catalogue
    codec: Codec
    secrets: Secrets
    contents: Contents

    def run(self) -> Verified:
        """Verify all cases of all lifecycles, all refusals and what lies beside them; reads only, in pages."""
        with self.store.begin(write=False) as unit, unit.audit() as audit:
            inspection = _Inspection(unit, audit, Prover(self.catalogue, self.codec, self.secrets))
            for lifecycle in self.catalogue.lifecycles:
                inspection.cases(lifecycle)
            inspection.refusals()
            inspection.files(self.contents)
            inspection.rest()
        return inspection.verified()


REFERENCES: Mapping[str, str] = MappingProxyType(
    {
        "institution_id": "institution",
        "superior_id": "institution",
        "agency_id": "institution",
        "assessed_by": "institution",
        "reviewed_by": "institution",
        "rechecked_by": "institution",
        "drawn_by": "institution",
        "department_id": "department",
        "physician_id": "affiliation",
        "cycle_id": "cycle",
        "assessment_id": "assessment",
    }
)
"""Attribute of a record → the lifecycle of the case that it names."""


@attrs.define
class _Inspection:
    """
    One look at everything, and what it has found so far.

    ``dues`` are the deadlines whose case has not come yet, ``places`` where the cases that came keep their steps,
    ``given`` how many numbers the certificates take from each series, ``named`` every case that a record names, with
    one that names it, ``digests`` what each file was when a step first named it, with that step.
    """

    unit: UnitOfWork
    audit: Audit
    prover: Prover
    findings: list[Finding] = attrs.field(factory=list)
    counted: Counter[str] = attrs.field(factory=Counter)
    dues: dict[tuple[str, str], Due] = attrs.field(init=False)
    places: set[tuple[str, str]] = attrs.field(factory=set)
    unreadable: set[str] = attrs.field(factory=set)
    unproven: list[Finding] = attrs.field(factory=list)
    given: Counter[str] = attrs.field(factory=Counter)
    named: dict[str, str] = attrs.field(factory=dict)
    digests: dict[str, tuple[str, str]] = attrs.field(factory=dict)
    there: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.findings += [Finding("schema", "guard", defect) for defect in self.audit.defects()]
        self.dues = {(due.lifecycle, due.case_id): due for due in self.audit.dues()}

    def verified(self) -> Verified:
        """What has come of it."""
        counted = self.counted
        return Verified(
            counted["case"], counted["step"], counted["refusal"], tuple(self.findings), counted["opened"]
        )

    def cases(self, lifecycle: str) -> None:
        """All cases of a lifecycle, each with its history, in pages."""
        seen: set[str] = set()
        for page in self.audit.cases(lifecycle, PAGE):
            self.counted["case"] += len(page)
            for row in page:
                if isinstance(row, Unreadable):
                    self.unreadable.add(row.where)
                    self.findings.append(Finding(row.where, "unreadable", row.why))
            kept = [row for row in page if isinstance(row, Kept)]
            cases = [row.case for row in kept]
            histories, enclosures = self.audit.histories(cases), self.audit.enclosures(cases)
            for row in kept:
                id = row.case.id
                if id in seen:
                    self.findings.append(Finding(f"{lifecycle}/{id}", "case-twice", "it lies there twice"))
                seen.add(id)
                self._case(row, histories[id], enclosures[id])
            self.findings += self._between(lifecycle, cases)

    def _case(
        self, row: Kept, steps: Sequence[HistoryRow], enclosures: Sequence[Enclosure | Unreadable]
    ) -> None:
        case = row.case
        found = list(self.prover.case(case, steps, enclosures))
        if row.strays:
            columns = ", ".join(row.strays)
            found.append(
                Finding(f"{case.lifecycle}/{case.id}", "column", f"not as the record says: {columns}")
            )
        due = self.dues.pop((case.lifecycle, case.id), None)
        if due is not None:
            found += self.prover.due(case, steps, due)
        self.findings += found
        self.counted["step"] += len(steps)
        self.counted["opened"] += all(finding.code != "record" for finding in found)
        for step in steps:
            for file, digest in self.prover.files(step).items():
                self.digests.setdefault(file, (digest, f"{case.lifecycle}/{case.id}#{step.seq}"))
        self.places |= {(home, case.id) for home in case.homes}
        self._note_names(case)
        if case.lifecycle == "certificate" and case.record.number is not None:
            # The number as it was given: prefix, year, seven digits.
            self.given[f"certificate-{case.record.number[-11:-7]}"] += 1

    def _note_names(self, case: Case) -> None:
        where = f"{case.lifecycle}/{case.id}"
        self.there.add(where)
        for attribute, lifecycle in REFERENCES.items():
            id = getattr(case.record, attribute, None)
            if id is not None:
                self.named.setdefault(f"{lifecycle}/{id}", where)
        for _, file in named_files(case.record):
            self.named.setdefault(f"attachment/{file}", where)

    def _between(self, lifecycle: str, cases: Sequence[Case]) -> Iterator[Finding]:
        """
        What must hold between lifecycles.

        A case that looks at one that cannot be read is left alone, and only that one: the others are found by halves.
        """
        try:
            broken = list(
                broken_invariants(self.unit, lifecycle, cases, self.prover.catalogue.parameters_of_cycle)
            )
        except UNREADABLE as ex:
            if len(cases) == 1:
                place = f"{lifecycle}/{cases[0].id}"
                self.unproven.append(Finding(place, "unreadable", f"what belongs to it: {ex!r}"))
                return
            middle = len(cases) // 2
            yield from self._between(lifecycle, cases[:middle])
            yield from self._between(lifecycle, cases[middle:])
        else:
            for id, code, message in broken:
                yield Finding(f"{lifecycle}/{id}", code, message)

    def refusals(self) -> None:
        """All refused attempts."""
        self.findings += self.prover.refusals(self._counting(self.audit.refusals()))

    def _counting(self, refusals: Iterator[Refusal]) -> Iterator[Refusal]:
        for refusal in refusals:
            self.counted["refusal"] += 1
            yield refusal

    def files(self, contents: Contents) -> None:
        """Every file that was handed in: what is known of it, and whether its bytes are those."""
        for row in self.audit.attachments():
            if isinstance(row, Unreadable):
                self.unreadable.add(row.where)
                self.findings.append(Finding(row.where, "unreadable", row.why))
                continue
            where = f"attachment/{row.id}"
            self.there.add(where)
            if where in self.named and not row.used:
                message = f"{self.named[where]} names it, and it would be cleared away"
                self.findings.append(Finding(where, "unused", message))
            digest, step = self.digests.get(row.id, (row.digest, ""))
            if digest != row.digest:
                self.findings.append(Finding(where, "exchanged", f"{step} names it with other bytes"))
            try:
                size = len(contents.read(row.digest))
            except (NotFound, RecordDamaged):
                self.findings.append(Finding(where, "content", "its bytes are gone, or not those"))
            else:
                if size != row.size:
                    self.findings.append(Finding(where, "content", f"{size} bytes instead of {row.size}"))

    def rest(self) -> None:
        """What belongs to no case, and what cannot be opened, when all cases have been seen."""
        if not self.unreadable:
            # Why an invariant could not be checked is not among the findings yet.
            self.findings += self.unproven
        for lifecycle, home, id in self.audit.chapters():
            if (home, id) not in self.places and f"{lifecycle}/{id}" not in self.unreadable:
                message = f"steps are kept at {home}, and no case has them"
                self.findings.append(Finding(f"{lifecycle}/{id}", "case-missing", message))
        for id, seq in self.audit.loose_enclosures():
            self.findings.append(Finding(f"enclosure/{id}#{seq}", "enclosure", "it belongs to no step"))
        for lifecycle, id in self.dues:
            if f"{lifecycle}/{id}" not in self.unreadable:
                self.findings.append(
                    Finding(f"{lifecycle}/{id}", "deadline", "something is due, and there is no case")
                )
        for name in sorted(self.named.keys() - self.there - self.unreadable):
            self.findings.append(
                Finding(self.named[name], "reference", f"it names {name}, which is not there")
            )
        for row in self.audit.sealed_shut():
            self.findings.append(Finding(row.where, "unreadable", row.why))
        self._numbers()

    def _numbers(self) -> None:
        """A number is drawn with the print that gives it, so a series has reached as many as were given."""
        if any(where.startswith("certificate/") for where in self.unreadable):
            return
        reached = self.audit.numbers()
        for series in sorted(self.given.keys() | reached.keys()):
            given, number = self.given[series], reached.get(series, 0)
            if given != number:
                message = f"{given} numbers were given, the series is at {number}"
                self.findings.append(Finding(f"number_series/{series}", "numbers", message))

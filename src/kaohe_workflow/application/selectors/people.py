"""
What follows from people and organisations coming, moving and going.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import ENDED, RUNNING
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.account import events as account_events
from kaohe_workflow.lifecycles.affiliation import events as affiliation_events
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.assessment import events as assessment_events
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.shape import Move
from kaohe_workflow.values.terms import AccountKind


def running_cycles_without_case(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A case in every running cycle for a person who is attached now and has none there."""
    # Held, a draft too: who is added while a cycle is being published is seen either here or by its job.
    ahead = reading.unit.find("cycle", [Where("state", "in", ("draft", *RUNNING))], hold=True)
    cycles = [cycle for cycle in ahead if cycle.state in RUNNING]
    if not cycles:
        return []
    persons = {occurrence.after.id: occurrence.after for occurrence in occurrences}
    known = {
        (case.record.physician_id, case.record.cycle_id)
        for case in reading.unit.find("assessment", [Where("physician_id", "in", tuple(persons))])
    }
    return [
        Command(None, assessment_events.Open(person.institution_id, cycle.id, person.id))
        for person in persons.values()
        for cycle in cycles
        if (person.id, cycle.id) not in known
    ]


def account_of_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """An account for each new person, who logs in by the normalised number."""
    return [
        Command(
            None,
            account_events.CreateAccount(
                institution_id=occurrence.after.institution_id,
                kind=AccountKind.PHYSICIAN,
                login=occurrence.after.record.id_number,
                physician_id=occurrence.after.id,
            ),
        )
        for occurrence in occurrences
    ]


def account_of_institution(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The first account of each new organisation for which a login name was given."""
    return [
        Command(
            None,
            account_events.CreateAccount(
                institution_id=occurrence.after.id,
                kind=AccountKind.ORGANISATION,
                login=occurrence.payload.login,
                label=occurrence.payload.label or occurrence.after.record.name,
                shared=occurrence.payload.shared,
            ),
        )
        for occurrence in occurrences
        if occurrence.payload.login is not None
    ]


def account_of_moved_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The accounts of moved persons that still belong to the institution left: the present one resets them."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    accounts = reading.unit.find("account", [Where("physician_id", "in", tuple(homes))])
    return [
        Command(account.id, account_events.MoveAccount(homes[account.record.physician_id]))
        for account in accounts
        if account.state != "disabled" and account.institution_id != homes[account.record.physician_id]
    ]


def usable_account_of_gone_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The accounts of who was deleted or merged, or has died; who left otherwise keeps a reading account."""
    gone = [
        occurrence.after.id
        for occurrence in occurrences
        if occurrence.event in ("delete", "merge") or occurrence.after.record.end_reason is EndReason.DEATH
    ]
    accounts = reading.unit.find("account", [Where("physician_id", "in", tuple(gone))])
    return [Command(account.id) for account in accounts if account.state != "disabled"]


def cases_withdrawn_with_deletion(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases in running cycles that a deletion has withdrawn, in its own step; others have another reason."""
    running = {cycle.id for cycle in reading.unit.find("cycle", [Where("state", "in", RUNNING)])}
    where = [Where("physician_id", "in", ids_of(occurrences)), Where("state", "eq", "withdrawn")]
    withdrawn = [case for case in reading.unit.find("assessment", where) if case.record.cycle_id in running]
    lives = reading.unit.histories([one.after for one in occurrences])
    deleted = {id: max(row.at for row in rows if row.event == "delete") for id, rows in lives.items()}
    steps = reading.unit.histories(withdrawn)
    return [
        Command(case.id) for case in withdrawn if steps[case.id][-1].at == deleted[case.record.physician_id]
    ]


def disabled_account_of_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The accounts that were disabled with a deletion: only with their physician are they ever."""
    where = [Where("physician_id", "in", ids_of(occurrences)), Where("state", "eq", "disabled")]
    return [Command(account.id) for account in reading.unit.find("account", where)]


def account_of_resetter(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The accounts that have reset passwords, each with how many; the system has none."""
    given = Counter(one.after.record.reset_by for one in occurrences)
    found = reading.unit.read("account", tuple(given))
    return [Command(id, account_events.CountReset(given[id])) for id in found]


def cases_of_physician_elsewhere(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases of a moved person that still belong to the institution left."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    cases = reading.unit.find("assessment", [Where("physician_id", "in", tuple(homes))])
    return [
        Command(case.id, Move(homes[case.record.physician_id]))
        for case in cases
        if case.institution_id != homes[case.record.physician_id]
        and case.state in ("not_enrolled", "qualified", "unqualified", "withdrawn", "missed")
    ]


def unfinished_cases_of_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases of a person that have no end yet."""
    cases = reading.unit.find("assessment", [Where("physician_id", "in", ids_of(occurrences))])
    return [Command(case.id) for case in cases if case.state not in ENDED]


def kept_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The records that are kept, each with the penalties of the one that was merged into it."""
    return [
        Command(
            merged.record.merged_into,
            affiliation_events.Absorb(
                merged_id=merged.id,
                reported_penalties=merged.record.reported_penalties,
                recorded_penalties=merged.record.recorded_penalties,
            ),
        )
        for merged in (occurrence.after for occurrence in occurrences)
    ]


def persons_with_blanks(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The physicians of these files of whom the roster does not know what they have filed, each with all of it."""
    files = {one.after.record.physician_id: one.after for one in occurrences}
    filings = [file.record.filing for file in files.values()]
    named = tuple(dict.fromkeys(filing.department_id for filing in filings if filing.department_id))
    departments = reading.unit.read("department", named)
    persons = reading.unit.read("affiliation", tuple(files))
    return [
        Command(
            person.id,
            affiliation_events.FillBlanks(
                assessment_id=file.id,
                department_id=filing.department_id,
                level=filing.level,
                category=filing.category,
            ),
        )
        for person, file, filing in (
            (one, files[one.id], files[one.id].record.filing) for one in persons.values()
        )
        if person.state == "attached" and _fills(person, filing, departments.get(filing.department_id))
    ]


def persons_filled_in(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The physicians of whom the roster has from these files what it did not know before."""
    files = {one.after.record.physician_id: one.after.id for one in occurrences}
    persons = reading.unit.read("affiliation", tuple(files))
    return [
        Command(person.id, affiliation_events.Unfill(files[person.id]))
        for person in persons.values()
        if person.state == "attached"
        and person.record.filled is not None
        and person.record.filled.assessment_id == files[person.id]
    ]


def _fills(person: Case, filing: Filing, department: Case | None) -> bool:
    """Whether a filing says something that the roster does not; of a department only where it is one to be in."""
    known = person.record
    fits = department is not None and (department.state, department.institution_id) == (
        "enabled",
        person.institution_id,
    )
    return (
        (known.department_id is None and fits)
        or (known.level is None and filing.level is not None)
        or (known.category is None and filing.category is not None)
    )


SELECTORS: Mapping[str, Selector] = {
    "running_cycles_without_case": running_cycles_without_case,
    "account_of_physician": account_of_physician,
    "kept_physician": kept_physician,
    "persons_with_blanks": persons_with_blanks,
    "persons_filled_in": persons_filled_in,
    "account_of_institution": account_of_institution,
    "account_of_moved_physician": account_of_moved_physician,
    "account_of_resetter": account_of_resetter,
    "usable_account_of_gone_physician": usable_account_of_gone_physician,
    "cases_of_physician_elsewhere": cases_of_physician_elsewhere,
    "cases_withdrawn_with_deletion": cases_withdrawn_with_deletion,
    "disabled_account_of_physician": disabled_account_of_physician,
    "unfinished_cases_of_physician": unfinished_cases_of_physician,
}

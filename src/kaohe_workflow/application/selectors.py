"""
Which cases a policy's event goes to at once. One function a name in `statecharts/policies.yaml`, each for many
occurrences.

A selector reads; it decides nothing that a chart decides. What it finds hangs on the occurrences alone and is no more
than a few cases for each: what goes to a whole population is a job (`populations`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import ENDED, LIVE_CERTIFICATE, OPEN_PAPER, PENDING_EXEMPTION, RUNNING
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.account import events as account_events
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.assessment import events as assessment_events
from kaohe_workflow.lifecycles.assessment.papers import PaperView, required_papers
from kaohe_workflow.lifecycles.certificate import events as certificate_events
from kaohe_workflow.lifecycles.evaluation import events as evaluation_events
from kaohe_workflow.values.terms import AccountKind, Stage

JUDGED = ("awaiting_makeup_approval", "awaiting_makeup", "qualified", "unqualified")


def _ids(occurrences: Iterable[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(occurrence.after.id for occurrence in occurrences))


def _by(cases: Iterable[Case], attribute: str) -> Mapping[str, list[Case]]:
    grouped: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[getattr(case.record, attribute)].append(case)
    return grouped


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
    """The accounts of who was deleted, or has died; who left otherwise keeps a reading account."""
    gone = [
        occurrence.after.id
        for occurrence in occurrences
        if occurrence.event == "delete" or occurrence.after.record.end_reason is EndReason.DEATH
    ]
    accounts = reading.unit.find("account", [Where("physician_id", "in", tuple(gone))])
    return [Command(account.id) for account in accounts if account.state != "disabled"]


def cases_of_physician_elsewhere(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases of a moved person that still belong to the institution left."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    cases = reading.unit.find("assessment", [Where("physician_id", "in", tuple(homes))])
    return [
        Command(case.id, assessment_events.Move(homes[case.record.physician_id]))
        for case in cases
        if case.institution_id != homes[case.record.physician_id]
        and case.state in ("not_enrolled", "qualified", "unqualified", "withdrawn", "missed")
    ]


def unfinished_cases_of_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The cases of a person that have no end yet."""
    cases = reading.unit.find("assessment", [Where("physician_id", "in", _ids(occurrences))])
    return [Command(case.id) for case in cases if case.state not in ENDED]


def required_papers_of(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Each paper that the stage requires and that has not been assigned, or was cancelled."""
    ids = _ids(occurrences)
    papers = _by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    waivers = _by(reading.unit.find("exemption", [Where("assessment_id", "in", ids)]), "assessment_id")
    commands = []
    for occurrence in occurrences:
        case = occurrence.after
        stage = Stage.MAKEUP if case.state == "awaiting_makeup" else Stage.FIRST
        known = papers.get(case.id, [])
        waived = frozenset(
            waiver.record.kind for waiver in waivers.get(case.id, []) if waiver.state == "granted"
        )
        wanted = required_papers(
            case.record.procedure,
            stage,
            waived,
            reading.moment.parameters,
            tuple(PaperView(paper.record.kind, paper.record.stage, paper.state) for paper in known),
        )
        for kind in wanted:
            same = [paper for paper in known if paper.record.stage is stage and paper.record.kind is kind]
            if all(paper.state == "cancelled" for paper in same):
                payload = evaluation_events.Assign(case.id, kind, stage, len(same) + 1)
                commands.append(Command(None, payload))
    return commands


def missing_makeup_papers(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The papers of the make-up of cases that wait for it, which the first stage has made necessary since."""
    waiting = [occurrence for occurrence in occurrences if occurrence.after.state == "awaiting_makeup"]
    return required_papers_of(reading, waiting) if waiting else []


def _assessments(reading: Reading, occurrences: Sequence[Occurrence]) -> list[tuple[Case, list[Case]]]:
    """The assessments of papers, locked, each with all of its papers."""
    ids = tuple(dict.fromkeys(occurrence.after.record.assessment_id for occurrence in occurrences))
    cases = reading.unit.lock("assessment", ids)
    papers = _by(reading.unit.find("evaluation", [Where("assessment_id", "in", ids)]), "assessment_id")
    return [(cases[id], papers.get(id, [])) for id in ids if id in cases]


def assessments_with_no_open_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Sitting cases whose last open paper has closed."""
    return [
        Command(case.id)
        for case, papers in _assessments(reading, occurrences)
        if case.state in ("awaiting_assessment", "awaiting_makeup")
        and not any(paper.state in OPEN_PAPER for paper in papers)
    ]


def assessments_decided_before(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    Cases whose result stood when a paper's result was decided anew (not the very result of this paper).

    A first paper that is decided while the make-up counts is one of those too: its score came late.
    """
    anew, first = set[str](), set[str]()
    for occurrence in occurrences:
        paper = occurrence.after.record
        if occurrence.source in ("passed", "failed", "absent", "exempt_pass", "void"):
            anew.add(paper.assessment_id)
        elif paper.stage is Stage.FIRST:
            first.add(paper.assessment_id)
    return [
        Command(case.id)
        for case, _ in _assessments(reading, occurrences)
        if case.state in JUDGED
        and (case.id in anew or (case.id in first and case.record.stage is Stage.MAKEUP))
    ]


def _papers_of_kind(
    reading: Reading, occurrences: Sequence[Occurrence], states: Sequence[str]
) -> list[Command]:
    """The first-stage papers that the exemptions of these occurrences waive, in given states."""
    wanted = {
        (occurrence.after.record.assessment_id, occurrence.after.record.kind) for occurrence in occurrences
    }
    papers = reading.unit.find("evaluation", [Where("assessment_id", "in", tuple(id for id, _ in wanted))])
    return [
        Command(paper.id)
        for paper in papers
        if (paper.record.assessment_id, paper.record.kind) in wanted
        and paper.record.stage is Stage.FIRST
        and paper.state in states
    ]


def waived_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that a granted exemption waives, not yet sat."""
    return _papers_of_kind(reading, occurrences, ("not_sat",))


def waived_paper_passed(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The paper that counted as passed by a revoked exemption."""
    return _papers_of_kind(reading, occurrences, ("exempt_pass",))


def _exemptions(reading: Reading, assessment_ids: Iterable[str], states: Sequence[str]) -> list[Case]:
    found = reading.unit.find("exemption", [Where("assessment_id", "in", tuple(assessment_ids))])
    return [exemption for exemption in found if exemption.state in states]


def pending_exemption_of_paper(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided application to waive the very paper that is being sat."""
    sat = {
        (occurrence.after.record.assessment_id, occurrence.after.record.kind) for occurrence in occurrences
    }
    pending = _exemptions(reading, {id for id, _ in sat}, PENDING_EXEMPTION)
    return [Command(one.id) for one in pending if (one.record.assessment_id, one.record.kind) in sat]


def pending_exemption(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Undecided applications of cases that left 待参加考核."""
    returned = ("return_to_institution", "return_to_physician")
    ids = [occurrence.after.id for occurrence in occurrences if occurrence.event not in returned]
    return [Command(one.id) for one in _exemptions(reading, ids, PENDING_EXEMPTION)]


def any_exemption(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Every live application of a file that goes back, granted ones too."""
    states = (*PENDING_EXEMPTION, "granted", "institution_refused", "agency_refused")
    return [Command(one.id) for one in _exemptions(reading, _ids(occurrences), states)]


def papers_to_cancel(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """
    What is still open of the stage that a case left; of a returned or withdrawn one also what was waived.

    A make-up may be left because a paper of the first stage is open again: that one stays.
    """
    settled = {
        occurrence.after.id for occurrence in occurrences if occurrence.event in ("settle", "recompute")
    }
    stages = {
        occurrence.after.id: Stage.MAKEUP if occurrence.source == "awaiting_makeup" else Stage.FIRST
        for occurrence in occurrences
    }
    papers = reading.unit.find("evaluation", [Where("assessment_id", "in", _ids(occurrences))])
    return [
        Command(paper.id)
        for paper in papers
        if (paper.state in OPEN_PAPER and paper.record.stage is stages[paper.record.assessment_id])
        or (paper.state == "exempt_pass" and paper.record.assessment_id not in settled)
    ]


def papers_with_published_line(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """Papers scored after their line was published: they are judged at once."""
    ids = tuple({occurrence.after.record.cycle_id for occurrence in occurrences})
    cycles = {cycle.id: cycle for cycle in reading.unit.find("cycle", [Where("id", "in", ids)], hold=True)}
    commands = []
    for occurrence in occurrences:
        paper = occurrence.after.record
        lines = cycles[paper.cycle_id].record.lines if paper.cycle_id in cycles else ()
        if any(
            (line.stage, line.kind, line.level) == (paper.stage, paper.kind, paper.level) for line in lines
        ):
            commands.append(Command(occurrence.after.id))
    return commands


def certificate_of_result(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """A certificate for each new 合格."""
    return [
        Command(None, certificate_events.Allow(occurrence.after.id, occurrence.after.record.result_version))
        for occurrence in occurrences
    ]


def live_certificates(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The certificates of a result that is no longer 合格."""
    found = reading.unit.find("certificate", [Where("assessment_id", "in", _ids(occurrences))])
    return [Command(one.id) for one in found if one.state in LIVE_CERTIFICATE]


SELECTORS: Mapping[str, Selector] = {
    "running_cycles_without_case": running_cycles_without_case,
    "account_of_physician": account_of_physician,
    "account_of_institution": account_of_institution,
    "account_of_moved_physician": account_of_moved_physician,
    "usable_account_of_gone_physician": usable_account_of_gone_physician,
    "cases_of_physician_elsewhere": cases_of_physician_elsewhere,
    "unfinished_cases_of_physician": unfinished_cases_of_physician,
    "required_papers": required_papers_of,
    "missing_makeup_papers": missing_makeup_papers,
    "assessments_with_no_open_paper": assessments_with_no_open_paper,
    "assessments_decided_before": assessments_decided_before,
    "waived_paper": waived_paper,
    "waived_paper_passed": waived_paper_passed,
    "pending_exemption_of_paper": pending_exemption_of_paper,
    "pending_exemption": pending_exemption,
    "any_exemption": any_exemption,
    "papers_to_cancel": papers_to_cancel,
    "papers_with_published_line": papers_with_published_line,
    "certificate_of_result": certificate_of_result,
    "live_certificates": live_certificates,
}
"""Every selector of what follows at once, by the name that policies use."""

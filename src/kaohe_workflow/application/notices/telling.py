"""
From what happened to notices in inboxes: in the unit of work of their cause, or by a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from kaohe_workflow.application.notices.behind import BEHIND, OF_CASES, with_own_windows
from kaohe_workflow.application.notices.recipients import POPULATIONS, RECIPIENTS, PagedRecipients, Told
from kaohe_workflow.application.notices.reminders import ANCHORS, ReminderRule
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.application.notices.sending import dispatches_of
from kaohe_workflow.application.notices.texts import NAMES, NUMBER, About, abouts, filled, places
from kaohe_workflow.application.notices.waiting import waiting
from kaohe_workflow.application.policies import Occurrence, Page, Reading
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.recording import Tools
from kaohe_workflow.application.stored import Case, Job, Notice, Recipient
from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.values.notices import NoticeKind

JOB = "notice"
"""The kind of a job that tells a population."""


EVERYBODY: Mapping[str, PagedRecipients] = {**POPULATIONS, **BEHIND}
"""All populations that a job can go through."""


@attrs.frozen
class Teller:
    """Writes notices within one unit of work."""

    tools: Tools
    unit: UnitOfWork
    moment: Moment

    def tell(self, occurrences: Sequence[Occurrence]) -> None:
        """Put into inboxes what is told at once."""
        for rule, answered in self._answers(occurrences, "once"):
            self._tell(rule, answered)

    def plan(self, occurrences: Sequence[Occurrence]) -> None:
        """Note the jobs that tell populations."""
        for rule, answered in self._answers(occurrences, "job"):
            self.unit.enqueue([job for occurrence in answered for job in self._jobs(rule, occurrence)])

    def _answers(
        self, occurrences: Sequence[Occurrence], how: str
    ) -> Iterator[tuple[NoticeRule, list[Occurrence]]]:
        told = self.tools.catalogue.telling.answering(occurrences)
        return ((rule, answered) for rule, answered in told if rule.how == how)

    def _tell(self, rule: NoticeRule, occurrences: list[Occurrence]) -> None:
        reading = Reading(self.unit, self.moment)
        told = self._abouts(rule, occurrences)
        found = [RECIPIENTS[name](reading, occurrences) for name in rule.recipients]
        self._put(
            [
                self._notice(rule, about, recipient)
                for about, recipients in zip(told, zip(*found, strict=True), strict=True)
                for recipient in dict.fromkeys(recipients)
                if recipient is not None
            ]
        )

    def _put(self, notices: Sequence[Notice]) -> None:
        """Put notices into their inboxes, and on their way out of those that have channels."""
        outgoing = dispatches_of(self.unit, notices, self.tools.identifiers, self.moment.now)
        self.unit.notify(notices)
        if outgoing:
            self.unit.send_out(outgoing)

    def _abouts(self, rule: NoticeRule, occurrences: list[Occurrence]) -> list[About]:
        charts = self.tools.catalogue.charts[rule.lifecycle]
        return abouts(Reading(self.unit, self.moment), occurrences, frozenset(places(rule.text)), charts)

    def _notice(self, rule: NoticeRule, about: About, recipient: Recipient) -> Notice:
        after = about.occurrence.after
        return Notice(
            id=self.tools.identifiers.new_id(),
            recipient=recipient,
            cause=f"{rule.name}/{after.id}/{after.version}",
            kind=rule.kind,
            text=filled(rule.text, about),
            lifecycle=rule.lifecycle,
            case_id=after.id,
            created_at=self.moment.now,
            delivered_at=self.moment.now,
            result_version=getattr(after.record, "result_version", None)
            if rule.kind is NoticeKind.RESULT
            else None,
        )

    def _jobs(self, rule: NoticeRule, occurrence: Occurrence) -> Iterator[Job]:
        """The job of a population, and one for each case of it whose own windows tell something else than before."""
        (about,) = self._abouts(rule, [occurrence])
        yield self._job(rule, about)
        if rule.recipients[0] not in OF_CASES or occurrence.before is None:
            return
        for case in with_own_windows(self.unit):
            own = attrs.evolve(about, assessment=case)
            before = attrs.evolve(own, cycle=occurrence.before)
            if case.record.cycle_id == occurrence.after.id and filled(rule.text, own) != filled(
                rule.text, before
            ):
                yield self._job(rule, own, case.id)

    def _job(self, rule: NoticeRule, about: About, early: str | None = None) -> Job:
        """The text is made now, from the case as it is now; only who is told is found out later."""
        occurrence, after = about.occurrence, about.occurrence.after
        content = {
            "notice": rule.name,
            "event": occurrence.event,
            "source": occurrence.source,
            "target": occurrence.target,
            "case": after.id,
            "early": early,
            "cause": f"{rule.name}/{after.id}/{after.version}",
            "text": filled(rule.text, about),
        }
        return Job(self.tools.identifiers.new_id(), JOB, self.tools.codec.canonical(content), self.moment.now)

    def remind(self, rule: ReminderRule, cycle: Case, cause: str, early: Case | None = None) -> None:
        """
        Note the job that reminds a population; ``cause`` is what nobody is told twice of.

        With ``early``, an assessment with windows of its own, of that one alone, by these.
        """
        windows = cycle.record.windows if early is None else early.record.windows(cycle.record.windows)
        day = ANCHORS[rule.anchor](windows)
        happened = Occurrence("cycle", "", cycle.state, cycle.state, None, cycle, None)
        (about,) = self._abouts(rule.notice, [happened])
        content = {
            "notice": rule.notice.name,
            "event": happened.event,
            "source": happened.source,
            "target": happened.target,
            "case": cycle.id,
            "early": early.id if early is not None else None,
            "cause": cause,
            "text": filled(rule.notice.text, attrs.evolve(about, day=day, assessment=early)),
        }
        text = self.tools.codec.canonical(content)
        self.unit.enqueue([Job(self.tools.identifiers.new_id(), JOB, text, self.moment.now)])

    def remind_of_cases(self, rule: ReminderRule, anchors: Sequence[date], cause: str) -> None:
        """Note the job that reminds of the cases whose day is one of ``anchors``; ``cause`` as of `remind`."""
        content = {
            "reminder": rule.notice.name,
            "anchors": [day.isoformat() for day in anchors],
            "cause": cause,
        }
        text = self.tools.codec.canonical(content)
        self.unit.enqueue([Job(self.tools.identifiers.new_id(), JOB, text, self.moment.now)])

    def _remind_page(self, content: Any, page: Page) -> str | None:
        rule = self._reminder(content["reminder"])
        reading = Reading(self.unit, self.moment)
        anchors = [date.fromisoformat(day) for day in content["anchors"]]
        found, last = waiting(reading, rule, anchors, page)
        happened = [
            Occurrence(rule.notice.lifecycle, "", case.state, case.state, None, case, None)
            for case, _ in found
        ]
        inboxes = [RECIPIENTS[name](reading, happened) for name in rule.notice.recipients]
        told = self._abouts(rule.notice, happened)
        self._put(
            [
                attrs.evolve(
                    self._notice(rule.notice, attrs.evolve(about, day=day), recipient),
                    cause=f"{content['cause']}/{case.id}",
                )
                for (case, day), about, recipients in zip(
                    found, told, zip(*inboxes, strict=True), strict=True
                )
                for recipient in dict.fromkeys(recipients)
                if recipient is not None
            ]
        )
        return last

    def tell_page(self, job: Job, size: int) -> str | None:
        """
        Tell one page of a population; the id after which the next begins, None after the last.

        Raises:
            DefinitionError: the job names a row that is gone, or its case is.
        """
        content = self.tools.codec.parse(job.content)
        page = Page(size, content.get("after", ""))
        if "reminder" in content:
            return self._remind_page(content, page)
        rule = self._rule(content["notice"])
        occurrence = self._occurrence(rule, content)
        found = self._found(rule.recipients[0], occurrence, content.get("early"), page)
        self._put(
            [
                Notice(
                    id=self.tools.identifiers.new_id(),
                    recipient=recipient,
                    cause=content["cause"],
                    kind=rule.kind,
                    text=content["text"]
                    .replace(NUMBER, str(found.numbers.get(recipient, 0)))
                    .replace(NAMES, found.names.get(recipient, "")),
                    lifecycle=rule.lifecycle,
                    case_id=occurrence.after.id,
                    created_at=job.created_at,
                    delivered_at=self.moment.now,
                )
                for recipient in found.recipients
            ]
        )
        return found.last

    def _found(self, name: str, occurrence: Occurrence, early: str | None, page: Page) -> Told:
        """Who of a population is told: a page of it, or whoever is behind with one assessment of its own windows."""
        reading = Reading(self.unit, self.moment)
        if early is None:
            return EVERYBODY[name](reading, occurrence, page)
        case = self.unit.read("assessment", [early])[early]
        return OF_CASES[name].of_case(reading, occurrence.after, case)

    def _rule(self, name: str) -> NoticeRule:
        catalogue = self.tools.catalogue
        for rule in (*catalogue.notices, *(one.notice for one in catalogue.reminders)):
            if rule.name == name and rule.how == "job":
                return rule
        raise DefinitionError([Problem(name, "notice-unknown", "a waiting job names a notice that is gone")])

    def _reminder(self, name: str) -> ReminderRule:
        for rule in self.tools.catalogue.reminders:
            if rule.notice.name == name and rule.of_cases:
                return rule
        raise DefinitionError(
            [Problem(name, "notice-unknown", "a waiting job names a reminder that is gone")]
        )

    def _occurrence(self, rule: NoticeRule, content: Any) -> Occurrence:
        after = self.unit.read(rule.lifecycle, [content["case"]]).get(content["case"])
        if after is None:
            message = f"a waiting job tells of {content['case']!r}, which is gone"
            raise DefinitionError([Problem(rule.name, "job-without-cause", message)])
        return Occurrence(
            rule.lifecycle, content["event"], content["source"], content["target"], None, after, None
        )

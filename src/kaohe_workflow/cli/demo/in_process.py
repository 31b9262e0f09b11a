"""The demonstration's way to the system within this process: the use cases themselves, each account in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.printing import Unprintable
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE
from kaohe_workflow.application.send import Declined
from kaohe_workflow.cli.demo.calling import Asked, Row, Step, Who
from kaohe_workflow.errors import KaoheError
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import AttachmentKind


class InProcessCaller:
    """
    Calls an application whose clock is ``clock``.

    Principals are those that a log-in of the account would give: nothing is sent that the account could not send
    itself.
    """

    def __init__(self, application: Application, clock: SettableClock) -> None:
        self._application = application
        self._clock = clock
        self._principals: dict[str, Principal] = {}

    def move(self, moment: datetime) -> None:
        """Move the clock, never back, and sweep."""
        self._clock.set(max(self._clock.now(), moment))
        self._work()

    def settle(self, done: Callable[[], bool]) -> None:
        """Do the waiting jobs; then everything has followed."""
        self._work()

    def _work(self) -> None:
        timers = self._application.timers
        timers.work()
        timers.sweep()

    def rows(self, who: Who, collection: str, **filters: str) -> Sequence[Row]:
        """Every row of a list, page after page."""
        lists, principal = self._application.lists, self.principal(who)
        found: list[Row] = []
        after = None
        while True:
            page = lists.page(principal, collection, filters, after=after, limit=MAXIMUM_PAGE)
            found += page.rows
            if page.next is None:
                return found
            after = page.next

    def case(self, who: Who, lifecycle: str, case_id: str) -> Row:
        """The record of a case, as plain values."""
        case = self._application.cases.get(self.principal(who), lifecycle, case_id)
        plain: Row = self._application.codec.unstructure(case.record)
        return plain

    def history(self, who: Who, lifecycle: str, case_id: str) -> Sequence[Step]:
        """The steps of a case."""
        entries = self._application.cases.history(self.principal(who), lifecycle, case_id)
        return [Step(entry.event, entry.source, entry.target) for entry in entries]

    def send(
        self,
        who: Who,
        lifecycle: str,
        case_id: str | None,
        event: str,
        payload: Any = NoPayload(),  # noqa: B008 - frozen and empty
        *,
        reason: str | None = None,
    ) -> str:
        """Send one event through the door."""
        door = self._application.door
        return door.send(self.principal(who), lifecycle, case_id, event, payload, reason=reason).id

    def send_many(
        self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]
    ) -> Sequence[KaoheError | None]:
        """Send one event to many cases in one unit of work."""
        items = [Item(one.case_id, one.payload, one.reason, one.version) for one in asked]
        outcomes = self._application.door.send_many(self.principal(who), lifecycle, event, items)
        return [outcome.error if isinstance(outcome, Declined) else None for outcome in outcomes]

    def hand_in(self, who: Who, name: str, content: bytes) -> AttachmentId:
        """Hand in a file; the demonstration's own needs no looking into."""
        attachments = attrs.evolve(self._application.attachments, inspect=lambda _: AttachmentKind.PDF)
        return AttachmentId(attachments.hand_in(self.principal(who), name, content).id)

    def import_roster(self, who: Who, institution_id: str, data: bytes) -> None:
        """Import the good rows and make the departments they name."""
        self._application.intake.import_roster(
            self.principal(who), institution_id, data, create_departments=True
        )

    def import_scores(self, who: Who, data: bytes) -> None:
        """Import the good rows."""
        self._application.intake.import_scores(self.principal(who), data)

    def print_certificate(self, who: Who, certificate_id: str) -> bytes | None:
        """Print, and make the PDF."""
        certificates, principal = self._application.certificates, self.principal(who)
        try:
            certificates.issue(principal, certificate_id)
        except Unprintable:
            return None
        return certificates.document(principal, certificate_id, "pdf")

    def refused_submissions(self, who: Who) -> int:
        """Look it up in the audit of refusals."""
        with self._application.store.begin(write=False) as unit:
            refusals = unit.refusals(who.account_id)
        bodies = (self._application.codec.parse(refusal.body) for refusal in refusals)
        return sum(body["lifecycle"] == "assessment" and body["event"] == "submit" for body in bodies)

    def principal(self, who: Who) -> Principal:
        """The caller that a log-in of this account would give."""
        found = self._principals.get(who.account_id)
        if found is None:
            found = self._principals[who.account_id] = self._read_principal(who)
        return found

    def _read_principal(self, who: Who) -> Principal:
        with self._application.store.begin(write=False) as unit:
            account = unit.read("account", [who.account_id])[who.account_id].record
            organisation = unit.read("institution", [account.institution_id])[account.institution_id].record
        return Principal(
            account_id=who.account_id,
            kind=account.kind,
            organisation_id=account.institution_id,
            organisation_kind=organisation.kind,
            path=organisation.path,
            physician_id=account.physician_id,
            operator_id=account.person_id,
        )

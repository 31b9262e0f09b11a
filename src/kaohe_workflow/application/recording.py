"""
From a fired line to what is stored: the case after its actions, the chained history row, what is enclosed, what is due.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.history import GENESIS, Deed, kept_hash, row_of
from kaohe_workflow.application.lines import Item, Line, Sending
from kaohe_workflow.application.ports import Codec, Identifiers, Secrets
from kaohe_workflow.application.stored import Case, Due, Enclosure, Written
from kaohe_workflow.lifecycles.shape import Moment, NoPayload, Step
from kaohe_workflow.statechart.deciding import Actor, Fired
from kaohe_workflow.statechart.engine import Engine


@attrs.frozen
class Tools:
    """What a transaction works with; the same for every one of an application."""

    catalogue: Catalogue
    identifiers: Identifiers
    codec: Codec
    secrets: Secrets


@attrs.frozen
class Recorder:
    """
    Records the steps of one request.

    ``request_id`` ties together all rows that one request wrote, consequences included.
    """

    tools: Tools
    moment: Moment
    request_id: str

    def engine(self, lifecycle: str, case: Case | None, moment: Moment | None = None) -> Engine:
        """
        The compiled chart that a case runs on; a case to be made runs on the newest.

        Under the values of a line's own ``moment``; None for those of today, which have the same rows.

        Raises:
            RecordDamaged: the case stands where no chart leads.
        """
        if case is not None:
            self.tools.catalogue.check_stored(case)
        version, parameters = self.version(lifecycle, case), (moment or self.moment).parameters
        return self.tools.catalogue.engine(lifecycle, version, parameters)

    def version(self, lifecycle: str, case: Case | None) -> int:
        """The chart version that a case runs on."""
        return case.chart_version if case else self.tools.catalogue.newest(lifecycle)

    def written(self, sending: Sending, line: Line, fired: Fired) -> Written:
        """Apply the actions of a fired line, note the case after it, and return what is to be stored."""
        after = self._changed(sending, line, fired)
        enclosure = self._enclosed(after, line.item)
        commitment = self.tools.secrets.commit(enclosure.salt, enclosure.content) if enclosure else None
        kept = kept_hash(self.tools.codec, self.tools.secrets, after)
        row = row_of(self.tools.codec, after, after.head, self.deed(sending, line, commitment, kept))
        line.after = after = attrs.evolve(after, head=row.hash)
        return Written(line.before, after, row, enclosure, self._due(line, after))

    def _changed(self, sending: Sending, line: Line, fired: Fired) -> Case:
        """The case after its actions; its head is set when the row is known."""
        before, principal = line.before, sending.principal
        record = self._acted_on(sending, line, fired)
        operator = (principal.operator_id,) if principal.operator_id else ()
        # What the system does by itself hides nobody's hand: who may act must not hang on whether a sweep has run.
        stays = before is not None and (fired.source == fired.target or principal.is_system)
        homes = before.homes if before else ()
        home = str(record.institution_id)
        return Case(
            lifecycle=sending.lifecycle,
            id=line.case_id,
            state=fired.target,
            version=before.version + 1 if before else 1,
            chart_version=self.version(sending.lifecycle, before),
            record=record,
            head=before.head if before else GENESIS,
            hands=tuple(dict.fromkeys((before.hands if before and stays else ()) + operator)),
            homes=homes if home in homes else (*homes, home),
        )

    def _acted_on(self, sending: Sending, line: Line, fired: Fired) -> Any:
        step = Step(
            case_id=line.case_id,
            event=fired.event,
            source=fired.source,
            target=fired.target,
            payload=line.item.payload,
            around=line.around,
            moment=line.moment or self.moment,
            account_id=sending.principal.account_id,
            operator_id=sending.principal.operator_id,
            organisation_id=sending.principal.organisation_id,
            reason=line.item.reason,
        )
        record: Any = line.before.record if line.before else None
        actions = self.tools.catalogue.lifecycle(sending.lifecycle).actions
        for name in fired.actions:
            record = actions[name](record, step)
        return record

    def _enclosed(self, after: Case, item: Item) -> Enclosure | None:
        """Payload and reason text, if there are any: kept apart, so that they can be erased."""
        if isinstance(item.payload, NoPayload) and item.reason is None:
            return None
        content = self.tools.codec.canonical({"payload": item.payload, "reason": item.reason})
        return Enclosure(
            after.institution_id, after.id, after.version, self.tools.identifiers.new_secret(16), content
        )

    def _due(self, line: Line, after: Case) -> Due | None:
        moment = line.moment or self.moment
        deadline = self.engine(after.lifecycle, line.before, moment).deadline(after.state)
        if deadline is None:
            return None
        if deadline.at is None:
            days = moment.parameters.integers[str(deadline.parameter)]
            return Due(after.lifecycle, after.id, deadline.event, moment.now + timedelta(days=days))
        shape = self.tools.catalogue.lifecycle(after.lifecycle)
        at = getattr(shape.facts(after.record, NoPayload(), line.around, moment), deadline.at)
        return Due(after.lifecycle, after.id, deadline.event, at) if at is not None else None

    def deed(
        self, sending: Sending, line: Line, commitment: str | None = None, kept: str | None = None
    ) -> Deed:
        """Everything about a decided line that its row records, be it of the history or of the refusals."""
        actor = line.actor or Actor(frozenset())
        engine = self.engine(sending.lifecycle, line.before, line.moment)
        return Deed(
            event=sending.event,
            source=line.state,
            target=line.outcome.target if isinstance(line.outcome, Fired) else None,
            chart_version=self.version(sending.lifecycle, line.before),
            account_id=sending.principal.account_id,
            operator_id=sending.principal.operator_id,
            grants=actor.grants,
            named=actor.named,
            acted=actor.acted,
            at=self.moment.now,
            request_id=self.request_id,
            facts=line.looked_at,
            parameters=engine.parameters_read(line.state, sending.event),
            reason_given=line.item.reasoned,
            commitment=commitment,
            kept=kept,
            cause=sending.cause,
            after_reset=sending.principal.after_reset,
            organisation_id=sending.principal.organisation_id,
            origin=sending.principal.origin,
            # What is refused keeps no file: it may be cleared away.
            attachments=line.files if isinstance(line.outcome, Fired) else {},
        )

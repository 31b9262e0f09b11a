"""
Where every stage of the demonstration stands: who acts, for whom, and how far each physician is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.cli.demo.calling import Asked, Caller, Row, Who
from kaohe_workflow.cli.demo.directory import Directory
from kaohe_workflow.cli.demo.organisations import Authorities
from kaohe_workflow.cli.demo.script import ScriptLine
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.errors import KaoheError, TransitionRefused


@attrs.frozen(kw_only=True)
class Participant:
    """A physician of the roster; ``line`` is what the script asks, None where it asks nothing."""

    physician_id: str
    person: RosterRow
    line: ScriptLine | None
    who: Who


@attrs.frozen
class Standing:
    """A participant with the script's line, and the row of a case about this physician as it is now."""

    participant: Participant
    line: ScriptLine
    row: Row

    @property
    def who(self) -> Who:
        """The physician's account."""
        return self.participant.who

    def asked(self, payload: object = None, reason: str | None = None) -> Asked:
        """An event for this case."""
        asked = Asked(self.row["id"], self.row["version"], reason=reason)
        return asked if payload is None else attrs.evolve(asked, payload=payload)


@attrs.frozen(kw_only=True)
class World:
    """
    What a stage works with.

    ``participants`` is empty until the roster is imported. ``certificates`` is the folder for printed ones.
    """

    caller: Caller
    directory: Directory
    telling: Telling
    authorities: Authorities
    certificates: Path
    participants: Mapping[str, Participant] = attrs.field(factory=dict)

    @property
    def cycle_id(self) -> str:
        """The demonstration's cycle."""
        return self.authorities.cycle_id

    def who(self, key: str) -> Who:
        """Who acts for an organisation."""
        return self.authorities.who[key]

    def cases(self, *states: str, collection: str = "assessments") -> list[Standing]:
        """The cases in these states whose physicians have a line in the script, as the hospital lists them."""
        rows = self.caller.rows(self.who("hospital"), collection, cycle_id=self.cycle_id)
        found = []
        for row in rows:
            participant = self.participants.get(row["physician_id"])
            if row["state"] in states and participant is not None and participant.line is not None:
                found.append(Standing(participant, participant.line, row))
        return found

    def send_many(self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]) -> int:
        """
        Send what the script asks for; how many were asked.

        Whom a rule refuses stays where he is; the report finds out.

        Raises:
            KaoheError: something else than a rule was in the way.
        """
        errors = self.caller.send_many(who, lifecycle, event, asked) if asked else ()
        for error in errors:
            if error is not None and not isinstance(error, TransitionRefused):
                raise error
        return len(asked)

    def send_all(self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]) -> int:
        """
        Send what the course of the cycle needs; how many were asked.

        Raises:
            KaoheError: the first refusal.
        """
        errors: Sequence[KaoheError | None] = (
            self.caller.send_many(who, lifecycle, event, asked) if asked else ()
        )
        for error in errors:
            if error is not None:
                raise error
        return len(asked)

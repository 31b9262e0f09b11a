"""`kaohe verify` finds another value in any column of any table, or the column stands in a list with the reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Protocol

import attrs
import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.sql.tables import METADATA
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.stored import (
    Channel,
    Dispatch,
    Errand,
    Job,
    Opening,
    Recipient,
    Session,
    Throttle,
)
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.agency_application.events import SaveCommittee, Seat
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.result_review import events as review_events
from kaohe_workflow.lifecycles.spot_check.events import Draw
from kaohe_workflow.testing.enrolment_lists import approving_lists, hand_in_list
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import LOW, SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding, OpeningStanding
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from kaohe_workflow.values.terms import PaperKind, Procedure, Stage

UNPROVEN: Mapping[str, frozenset[str]] = {
    # A timer only tidies up: whether a person's event is refused never depends on when it runs.
    "deadline": frozenset({"at"}),
    # Forgotten after a day; it says which request the sealed answer belongs to.
    "idempotency": frozenset({"fingerprint", "at"}),
    # Any order of the jobs leads to the same, and so does anybody's doing them: what is done is vouched for.
    "job": frozenset({"kind", "created_at", "turn", "free_at", "failures"}),
    # All else is bound to the sealed address: this is when it was entered, and whether anybody answers there.
    "channel": frozenset({"created_at", "failures", "rests_until"}),
    # What is printed stands in the history; this says how far somebody's job is.
    "errand": frozenset(
        {
            "id",
            "account_id",
            "kind",
            "standing",
            "total",
            "created_at",
            "done",
            "refused",
            "ended_at",
            "problem",
            "parts",
        }
    ),
    # Whose case is opened stands in the histories; this says how far the job is.
    "opening": frozenset({"cycle_id", "standing", "expected", "opened", "refused", "went_on_at"}),
    # The inbox holds what counts; that something went out of it is a courtesy.
    "dispatch": frozenset(
        {
            "id",
            "channel_id",
            "notice_id",
            "kind",
            "lifecycle",
            "case_id",
            "created_at",
            "due_at",
            "tries",
            "delivered_at",
            "problem",
        }
    ),
    # A reminder that comes twice, or not at all, changes no state.
    "note": frozenset({"name", "at"}),
    # When it was opened is noted once, by whoever opens it; everything else is bound to the sealed text.
    "notice": frozenset({"opened_at"}),
    # Who may write here can be anybody until the session ends; what is done then stands in the history.
    "session": frozenset({"token_hash", "account_id", "created_at", "seen_at", "init_only"}),
    "throttle": frozenset({"bucket", "failures", "failed_at", "blocked_until"}),
}
"""Columns that nothing in the store vouches for."""

OTHER: Mapping[str, str] = {
    "text": "'x' || coalesce({0}, '')",
    "blind": "'x' || coalesce({0}, '')",
    "integer": "coalesce({0}, 0) + 1000",
    "boolean": "NOT coalesce({0}, {1})",
    "date": "'1999-01-01'",
    "instant": "'1999-01-01T00:00:00.000000Z'",
}
"""Kind → another value than the column's."""


def recuse(journeys: Journeys, traveller: Traveller) -> None:
    """Write a roster, and hold its member off from a file."""
    world = journeys.world
    roster = SaveCommittee((Seat(name="李委员"),))
    world.send(
        world.agency, "agency_application", world.application_of(world.agency), "save_committee", roster
    )
    payload = HoldOff(member="李委员", assessment_id=traveller.case_id)
    world.send(world.agency, "recusal", None, "declare", payload, reason="系亲属")


def sample(world: World) -> None:
    """Draw from the results of the agency."""
    payload = Draw(
        institution_id=str(world.agency.organisation_id),
        cycle_id=world.cycle_id,
        number=1,
        procedure=Procedure.GENERAL,
    )
    world.send(world.county, "spot_check", None, "draw_results", payload)


def announce(world: World) -> None:
    """Publish something to everybody below the county."""
    words = CreateAnnouncement(
        institution_id=str(world.county.organisation_id), title="关于报名的公告", text="请按时完成报名。"
    )
    made = world.send(world.county, "announcement", None, "create", words).id
    world.send(world.county, "announcement", made, "publish")


KNOWING: Mapping[str, Any] = {
    "deferral": True,
    "deferral_grounds": [{"code": "illness", "label": "患病不能参加考核"}],
}
"""Parameters of a province in which there can be a case of every lifecycle."""


def fill(world: World) -> None:
    """Leave something in every table: cases of all lifecycles, refusals, deadlines, and what lies beside."""
    journeys = Journeys.of(world)
    application = world.application
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
    hand_in_list(approving_lists(world))
    applicant = journeys.to("awaiting_assessment")
    journeys.apply_for_exemption(applicant)
    deferral = Apply(
        ground="illness",
        attachments=(hand_in(application, applicant.principal),),
        assessment_id=applicant.case_id,
    )
    world.send(applicant.principal, "deferral", None, "apply", deferral)
    journeys.ask_for_correction(traveller)
    qualified, failing = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    journeys.fail_opinion(journeys.to("awaiting_institution_review"))
    journeys.not_before(SITTING_DAY)
    journeys.score(failing, Stage.FIRST, humanities=LOW, professional=LOW)
    journeys.lead(qualified, "qualified")
    journeys.lead(failing, "awaiting_makeup")
    appeal = review_events.Apply(assessment_id=qualified.case_id, grounds="请复核")
    world.send(qualified.principal, "result_review", None, "apply", appeal)
    recuse(journeys, failing)
    sample(world)
    announce(world)
    (certificate,) = journeys.certificates(qualified)
    application.certificates.issue(world.hospital, certificate, idempotency_key="key")
    journeys.mark(qualified, PaperKind.HUMANITIES)
    lie_beside(world)


def lie_beside(world: World) -> None:
    """Leave something in the tables that no case is in."""
    with world.application.store.begin() as unit:
        unit.enqueue([Job("j1", "kind", "{}", START)])
        unit.note("reminder", START)
        unit.keep_errand(Errand("e1", "k1", ErrandKind.CERTIFICATES, ErrandStanding.WAITING, 1, START))
        unit.keep_opening(Opening("y1", OpeningStanding.RUNNING, 2, 1, 0, START))
        office = Recipient(RecipientKind.ORGANISATION, "office")
        unit.add_channel(Channel("c1", office, ChannelKind.MAIL, "office@example.cn", "", START))
        unit.send_out([Dispatch("d1", "c1", "n1", NoticeKind.RETURN, "assessment", "a1", START, START)])
        unit.add_platform_key(PlatformKey("k1", "examiner", "secret", START))
        unit.save_session(Session("hash", "account", START, START))
        unit.save_throttle(Throttle("bucket", 1, START, None))
        unit.commit()


class Intruder(Protocol):
    """Somebody who may write past the application, and leaves no other trace."""

    def other(self, table: str, column: str, value: str) -> tuple[Any, Any]:
        """Put another value into one row; where it is now, and what stood there."""

    def back(self, table: str, column: str, place: Any, value: Any) -> None:
        """Put the old value back."""


@attrs.frozen
class OnSqlite:
    """An intruder into a file, who takes the guards away and puts them back."""

    connection: sqlite3.Connection

    @contextmanager
    def _unguarded(self, table: str) -> Iterator[None]:
        guards = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        with self.connection:
            for name, _ in guards:
                self.connection.execute(f'DROP TRIGGER "{name}"')
            yield
            for _, text in guards:
                self.connection.execute(text)

    def other(self, table: str, column: str, value: str) -> tuple[Any, Any]:
        with self._unguarded(table):
            place, old = self.connection.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchone()
            new = value.format(f'"{column}"', 0)
            self.connection.execute(f'UPDATE "{table}" SET "{column}" = {new} WHERE rowid = ?', (place,))
        return place, old

    def back(self, table: str, column: str, place: Any, value: Any) -> None:
        with self._unguarded(table):
            self.connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (value, place))


@attrs.frozen
class OnPostgres:
    """An intruder with all rights, whom the guards let pass."""

    connection: psycopg.Connection[Any]

    def other(self, table: str, column: str, value: str) -> tuple[Any, Any]:
        new = value.format(f'"{column}"', "false")
        place, old = self._row(f'SELECT ctid, "{column}" FROM "{table}" ORDER BY ctid LIMIT 1')
        (place,) = self._row(f'UPDATE "{table}" SET "{column}" = {new} WHERE ctid = %s RETURNING ctid', place)
        return place, old

    def back(self, table: str, column: str, place: Any, value: Any) -> None:
        self.connection.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE ctid = %s', (value, place))

    def _row(self, statement: str, *values: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self.connection.execute(statement, values).fetchone()
        assert found is not None, statement
        return found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def broken_into(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Intruder]]:
    """A world with something in every table, and the way past the application."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("world") / "world.sqlite3"
        with (
            open_world(f"sqlite:///{path}", **KNOWING) as world,
            closing(sqlite3.connect(path)) as connection,
        ):
            fill(world)
            yield world, OnSqlite(connection)
        return
    with request.getfixturevalue("postgres_databases").fresh() as url, open_world(url, **KNOWING) as world:
        fill(world)
        where = sa.make_url(url)
        with psycopg.connect(
            host=str(where.query["host"]), user=where.username, dbname=where.database, autocommit=True
        ) as connection:
            connection.execute("SET session_replication_role = replica")
            yield world, OnPostgres(connection)


def test_a_world_with_something_everywhere_has_no_findings(broken_into: tuple[World, Intruder]) -> None:
    """What the application wrote is in order, so that whatever is found below comes from the change."""
    world, _ = broken_into

    assert () == world.application.verification.run().findings


@pytest.mark.parametrize("table", METADATA.tables)
def test_another_value_in_any_column_is_found(broken_into: tuple[World, Intruder], table: str) -> None:
    """Each column of a table in turn holds another value in one row."""
    world, intruder = broken_into
    silent = set()
    for column in METADATA.tables[table].columns:
        place, old = intruder.other(table, column.name, OTHER[column.info["kind"]])
        if not world.application.verification.run().findings:
            silent.add(column.name)
        intruder.back(table, column.name, place, old)

    assert UNPROVEN.get(table, set()) == silent
    assert () == world.application.verification.run().findings

"""`kaohe verify` finds what somebody with the database in hand has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import World


@attrs.define
class Evidence:
    """A world in a file, a case with some history and two refusals, and the way into the file."""

    journeys: Journeys
    traveller: Traveller
    path: Path

    @property
    def ids(self) -> dict[str, str]:
        """Lifecycle → the case of it that statements mean."""
        papers = list(self.journeys.papers(self.traveller).values())
        return {
            "assessment": self.traveller.case_id,
            "affiliation": self.traveller.physician_id,
            "evaluation": papers[0] if papers else "",
        }

    def change(self, *statements: str, counted: bool = True) -> None:
        """What nobody should do: write past the application, while nothing keeps tables growing only."""
        ids = self.ids
        with closing(sqlite3.connect(self.path)) as connection, connection:
            guards = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'listing%'"
            ).fetchall()
            for name, _ in guards:
                connection.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                changed = connection.execute(
                    statement,
                    {
                        "case": ids["assessment"],
                        "person": ids["affiliation"],
                        "paper": ids["evaluation"],
                        "account": self.journeys.world.hospital.account_id,
                    },
                )
                assert changed.rowcount > 0 or not counted, statement
            for _, text in guards:
                connection.execute(text)

    def codes(self) -> set[str]:
        """The codes of what is found."""
        return {finding.code for finding in self.journeys.world.application.verification.run().findings}


@pytest.fixture
def evidence(tmp_path: Path) -> Iterator[Evidence]:
    """A world in SQLite, whose file may be written over."""
    path = tmp_path / "world.sqlite3"
    with World.open(f"sqlite:///{path}") as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_agency_review")
        for _ in range(3):
            with pytest.raises(TransitionRefused):
                world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())
        yield Evidence(journeys, traveller, path)


@pytest.mark.manual("S-I11")
def test_an_untouched_store_has_no_findings(evidence: Evidence) -> None:
    """Everything that the application wrote is proven: cases, steps and refusals are counted."""
    verified = evidence.journeys.world.application.verification.run()

    assert () == verified.findings
    assert (14, 31, 3) == (verified.cases, verified.steps, verified.refusals)


CASE = "case_id = :case"
TAMPERING = {
    "a fact in a body": (
        f"UPDATE history SET body = replace(body, '\"attached\":true', '\"attached\":false') WHERE {CASE} AND seq = 2",
        {"chain", "decision"},
    ),
    "a fact taken out of a body": (
        f"UPDATE history SET body = replace(body, '\"attached\":true,', '') WHERE {CASE} AND seq = 2",
        {"chain", "unreadable"},
    ),
    "a body that is no JSON": (
        f"UPDATE history SET body = 'nonsense' WHERE {CASE} AND seq = 2",
        {"chain", "unreadable"},
    ),
    "who did it": (
        f"UPDATE history SET body = replace(body, 'person-of-', 'person-xx-') WHERE {CASE} AND seq = 2",
        {"chain"},
    ),
    "when it was": (
        f"UPDATE history SET body = replace(body, '2023-11-28', '2023-11-29') WHERE {CASE} AND seq = 2",
        {"chain"},
    ),
    "the event beside the body": (
        f"UPDATE history SET event = 'submit' WHERE {CASE} AND seq = 2",
        {"sequence"},
    ),
    "the state of a case": (
        "UPDATE assessment SET state = 'qualified' WHERE id = :case",
        {"present"},
    ),
    "the version of a case": ("UPDATE assessment SET version = 3 WHERE id = :case", {"present"}),
    "the head of a case": (
        "UPDATE assessment SET head = (SELECT prev FROM history WHERE case_id = :case AND seq = 4) WHERE id = :case",
        {"present"},
    ),
    "whose hands a case went through": ("UPDATE assessment SET hands = '[]' WHERE id = :case", {"record"}),
    "an opinion in a record": (
        'UPDATE assessment SET record = replace(record, \'"ethics":"qualified"\', \'"ethics":"unqualified"\')'
        " WHERE id = :case",
        {"record"},
    ),
    "the last step taken away": (f"DELETE FROM history WHERE {CASE} AND seq = 4", {"present"}),
    "a step taken out": (f"DELETE FROM history WHERE {CASE} AND seq = 2", {"sequence", "chain"}),
    "the place of an institution in the tree": (
        "UPDATE institution SET path = '/' WHERE id = (SELECT institution_id FROM assessment WHERE id = :case)",
        {"column"},
    ),
    "the institution beside a record": (
        "UPDATE assessment SET institution_id = (SELECT id FROM institution WHERE path LIKE '/%/%/') WHERE id = :case",
        {"column"},
    ),
    "the chart that a case runs on": (
        "UPDATE assessment SET chart_version = 2 WHERE id = :case",
        {"present"},
    ),
    "white space in a record": ("UPDATE assessment SET record = record || ' ' WHERE id = :case", {"column"}),
    "the institution beside the first step": (
        f"UPDATE history SET institution_id = 'elsewhere' WHERE {CASE} AND seq = 1",
        {"sequence", "case-missing"},
    ),
    "the instant beside a body": (
        f"UPDATE history SET at = '2023-11-29T00:00:00.000000Z' WHERE {CASE} AND seq = 2",
        {"sequence"},
    ),
    "no instant beside a body": (f"UPDATE history SET at = 'soon' WHERE {CASE} AND seq = 2", {"sequence"}),
    "no hash at all": (f"UPDATE history SET hash = 'zz' WHERE {CASE} AND seq = 4", {"chain", "present"}),
    "bytes for a body": (
        f"UPDATE history SET body = x'00' WHERE {CASE} AND seq = 2",
        {"chain", "unreadable"},
    ),
    "the end of a history given to another case": (
        f"UPDATE history SET case_id = 'nobody' WHERE {CASE} AND seq = 4",
        {"present", "case-missing"},
    ),
    "an enclosure that belongs to no step": (
        f"UPDATE enclosure SET seq = 99 WHERE {CASE} AND seq = 4",
        {"enclosure"},
    ),
    "a deadline of no case": (
        "INSERT INTO deadline VALUES ('evaluation', 'nobody', 'close', '2024-01-01T00:00:00.000000Z')",
        {"deadline"},
    ),
    "a deadline of another state": (
        "INSERT INTO deadline VALUES ('assessment', :case, 'lapse', '2024-01-01T00:00:00.000000Z')"
        " ON CONFLICT (lifecycle, case_id) DO UPDATE SET event = excluded.event, at = excluded.at",
        {"deadline"},
    ),
    "a deadline that never comes": ("UPDATE deadline SET at = 'never'", {"deadline"}),
    "a number that nobody was given": (
        "INSERT INTO number_series VALUES ('certificate-2024', 7)",
        {"numbers"},
    ),
    "a job that nobody enqueued": (
        "INSERT INTO job VALUES ('j1', 'policy', 'open text', '2024-01-01T00:00:00.000000Z', 0, NULL, 0)",
        {"unreadable"},
    ),
    "the whole history taken away": (f"DELETE FROM history WHERE {CASE}", {"history-missing"}),
    "the case taken away": ("DELETE FROM assessment WHERE id = :case", {"case-missing"}),
    "an enclosure of another step": (
        f"UPDATE enclosure SET content = (SELECT content FROM enclosure WHERE {CASE} AND seq = 2)"
        f" WHERE {CASE} AND seq = 4",
        {"enclosure"},
    ),
    "the salt of an enclosure": (
        f"UPDATE enclosure SET salt = 'ff' || substr(salt, 3) WHERE {CASE} AND seq = 4",
        {"enclosure"},
    ),
    "an enclosure written over": (
        f"UPDATE enclosure SET content = 'open text' WHERE {CASE} AND seq = 4",
        {"enclosure"},
    ),
    "a fact in a refusal": (
        'UPDATE refusal SET body = replace(body, \'"from":"awaiting_agency_review"\', \'"from":"not_enrolled"\')'
        " WHERE account_id = :account AND seq = 2",
        {"chain"},
    ),
    "a refusal that is no JSON": (
        "UPDATE refusal SET body = '' WHERE account_id = :account AND seq = 2",
        {"chain", "unreadable"},
    ),
    "a refusal of somebody else": (
        "UPDATE refusal SET account_id = 'nobody' WHERE account_id = :account AND seq = 1",
        {"chain", "sequence"},
    ),
    "a refusal taken out": (
        "DELETE FROM refusal WHERE account_id = :account AND seq = 2",
        {"chain"},
    ),
}


@pytest.mark.manual("S-I11")
@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(evidence: Evidence, what: str) -> None:
    """Whatever was changed behind the application's back is found, and verification goes on to its end."""
    statement, codes = TAMPERING[what]

    evidence.change(statement)

    assert codes <= evidence.codes()


UNREADABLE = {
    "a record that lacks everything": "UPDATE assessment SET record = '{}' WHERE id = :case",
    "a record that is no JSON": "UPDATE assessment SET record = 'nonsense' WHERE id = :case",
    "a record that is no text": "UPDATE assessment SET record = x'ff' WHERE id = :case",
    "text that is none": "UPDATE assessment SET record = CAST(x'ff' AS TEXT) WHERE id = :case",
    "something behind the record": "UPDATE assessment SET record = record || 'x' WHERE id = :case",
    "a version that is no number": "UPDATE assessment SET version = 'many' WHERE id = :case",
    "hands that are no ids": "UPDATE assessment SET hands = '[1]' WHERE id = :case",
    "a sealed number": "UPDATE affiliation SET record = replace(record, 'intl1|1|', 'intl1|1|AA') WHERE id = :person",
    "an open number": """UPDATE affiliation SET record = json_set(record, '$.id_number', '"1"') WHERE id = :person""",
    "a score that is no number": "UPDATE evaluation SET record = json_set(record, '$.score', 'much') WHERE id = :paper",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_row_that_cannot_be_read_hides_no_other(evidence: Evidence, what: str) -> None:
    """One finding names the case, also where other cases look at it; all others are proven."""
    evidence.journeys.lead(evidence.traveller, "awaiting_assessment")
    before = evidence.journeys.world.application.verification.run()
    lifecycle = UNREADABLE[what].split()[1]
    id = evidence.ids[lifecycle]

    evidence.change(UNREADABLE[what])

    after = evidence.journeys.world.application.verification.run()
    [finding] = after.findings

    assert ("unreadable", f"{lifecycle}/{id}") == (finding.code, finding.where)
    assert (before.cases, before.opened - 1) == (after.cases, after.opened)


def test_a_case_that_lies_there_twice_is_found(evidence: Evidence) -> None:
    """Without its keys a table holds a case at two institutions; what is missing and what is double are both named."""
    evidence.change(
        "CREATE TABLE copied AS SELECT * FROM department",
        "DROP TABLE department",
        "ALTER TABLE copied RENAME TO department",
        "INSERT INTO department SELECT * FROM department",
        counted=False,
    )
    found = evidence.journeys.world.application.verification.run().findings

    assert 3 == sum("no unique index" in finding.message for finding in found if finding.code == "guard")
    assert "case-twice" in {finding.code for finding in found}


GUARDS = {
    "gone": "DROP TRIGGER history_no_update",
    "without effect": "CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT 1; END",
    "one more": "CREATE TRIGGER more AFTER INSERT ON evaluation BEGIN UPDATE evaluation SET score = 10000; END",
}


@pytest.mark.parametrize("lifecycle", ["affiliation", "cycle", "institution"])
def test_what_others_name_does_not_vanish_unseen(evidence: Evidence, lifecycle: str) -> None:
    """Erased from every table at once, a case is missed by those that name it."""
    ids = f"SELECT id FROM {lifecycle}"
    evidence.change(
        f"DELETE FROM enclosure WHERE case_id IN ({ids})",
        f"DELETE FROM history WHERE case_id IN ({ids})",
        f"DELETE FROM deadline WHERE case_id IN ({ids})",
        f"DELETE FROM {lifecycle}",
        counted=False,
    )

    assert "reference" in evidence.codes()


@pytest.mark.parametrize("what", GUARDS)
def test_a_guard_that_is_not_as_it_was_made_is_found(evidence: Evidence, what: str) -> None:
    """Whoever means to change the history takes a guard away first, or puts one of their own in its place."""
    with closing(sqlite3.connect(evidence.path)) as connection, connection:
        if what != "one more":
            connection.execute(GUARDS["gone"])
        if what != "gone":
            connection.execute(GUARDS[what])

    assert {"guard"} == evidence.codes()


def test_the_newest_refusals_may_be_cut_off(evidence: Evidence) -> None:
    """What no other row refers to can vanish unseen: the limit of a chain whose head is kept nowhere else."""
    evidence.change("DELETE FROM refusal WHERE account_id = :account AND seq = 3")

    assert set() == evidence.codes()


def test_with_keys_of_another_installation_nothing_opens(evidence: Evidence) -> None:
    """Then every case has a finding, and the count tells why."""
    url = f"sqlite:///{evidence.path}"
    application = open_application(url, Keys.fresh(), printer=PlainPrinter())
    verified = application.verification.run()
    application.store.close()

    assert (0, True) == (verified.opened, verified.cases > 0)


@pytest.mark.manual("S-I11")
def test_swapped_steps_are_found(evidence: Evidence) -> None:
    """Two steps in each other's place."""
    evidence.change(
        f"UPDATE history SET seq = -1 WHERE {CASE} AND seq = 2",
        f"UPDATE history SET seq = 2 WHERE {CASE} AND seq = 3",
        f"UPDATE history SET seq = 3 WHERE {CASE} AND seq = -1",
    )

    assert {"sequence", "chain"} <= evidence.codes()


def test_an_erased_enclosure_breaks_nothing(evidence: Evidence) -> None:
    """Personal data may be erased: the chain holds only commitments."""
    evidence.change(f"DELETE FROM enclosure WHERE {CASE}")

    assert set() == evidence.codes()


def test_one_finding_hides_no_other(evidence: Evidence) -> None:
    """Every place is named."""
    evidence.change(
        "UPDATE assessment SET state = 'qualified' WHERE id = :case",
        "UPDATE refusal SET body = '' WHERE account_id = :account AND seq = 1",
    )
    found = evidence.journeys.world.application.verification.run().findings

    assert {f"assessment/{evidence.traveller.case_id}"} == {
        finding.where for finding in found if finding.code == "present"
    }
    assert {"chain", "unreadable", "present", "deadline", "invariant-1", "invariant-2"} == {
        finding.code for finding in found
    }

"""`kaohe verify` finds what somebody with the database in hand has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World


@attrs.define
class Evidence:
    """A world in a file, a case with some history and two refusals, and the way into the file."""

    journeys: Journeys
    traveller: Traveller
    path: Path

    def change(self, *statements: str) -> None:
        """What nobody should do: write past the application, with the guards of the tables taken away and put back."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            guards = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in guards:
                connection.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                changed = connection.execute(
                    statement,
                    {
                        "case": self.traveller.case_id,
                        "person": self.traveller.physician_id,
                        "account": self.journeys.world.hospital.account_id,
                    },
                )
                assert changed.rowcount > 0, statement
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


def test_an_untouched_store_has_no_findings(evidence: Evidence) -> None:
    """Everything that the application wrote is proven: cases, steps and refusals are counted."""
    verified = evidence.journeys.world.application.verification.run()

    assert () == verified.findings
    assert (12, 3) == (verified.cases, verified.refusals)
    assert verified.steps > verified.cases


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
    "a record that is none": ("UPDATE assessment SET record = '{}' WHERE id = :case", {"unreadable"}),
    "a sealed number": (
        "UPDATE affiliation SET record = replace(record, 'intl1|1|', 'intl1|1|AA') WHERE id = :person",
        {"unreadable"},
    ),
    "the last step taken away": (f"DELETE FROM history WHERE {CASE} AND seq = 4", {"present"}),
    "a step taken out": (f"DELETE FROM history WHERE {CASE} AND seq = 2", {"sequence", "chain"}),
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
    "a refusal taken out": (
        "DELETE FROM refusal WHERE account_id = :account AND seq = 2",
        {"chain"},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(evidence: Evidence, what: str) -> None:
    """Whatever was changed behind the application's back is found, and verification goes on to its end."""
    statement, codes = TAMPERING[what]

    evidence.change(statement)

    assert codes <= evidence.codes()


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
    assert {"chain", "unreadable", "present", "invariant-1", "invariant-2"} == {
        finding.code for finding in found
    }

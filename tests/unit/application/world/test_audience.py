"""What of a case the library tells to whom of those who see it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.queries.audience import WITHHELD
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Save
from kaohe_workflow.testing.contracts import changed
from kaohe_workflow.testing.enrolment_lists import hand_in_list
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World, filing
from kaohe_workflow.values.terms import AccountKind, Verdict


def record(world: World, principal: Principal, lifecycle: str, case_id: str) -> Any:
    return world.application.cases.get(principal, lifecycle, case_id).record


def readers(world: World, physician: Principal) -> dict[str, Principal]:
    """Everybody who sees an assessment of the hospital, and the system."""
    auditor = attrs.evolve(world.hospital, account_id="auditor", kind=AccountKind.AUDITOR, operator_id="b")
    return {
        "physician": physician,
        "hospital": world.hospital,
        "auditor": auditor,
        "agency": world.agency,
        "county": world.county,
        "province": world.province,
        "system": SYSTEM,
    }


@pytest.mark.manual("N-1.4")
def test_a_draft_is_its_physicians_alone(journeys: Journeys) -> None:
    """What is not submitted yet is seen by nobody but the physician; the system, which proves, sees all."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    draft = filing(journeys.department_id)
    world.send(traveller.principal, "assessment", traveller.case_id, "save", Save(draft))
    seen = {
        who: record(world, principal, "assessment", traveller.case_id).draft
        for who, principal in readers(world, traveller.principal).items()
    }

    assert dict.fromkeys(seen) | {"physician": draft, "system": draft} == seen


def test_opinions_that_are_not_given_yet_are_the_institutions(journeys: Journeys) -> None:
    """Neither the physician nor the agency, nor who only audits the institution, sees a draft of its opinions."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    given = GiveOpinion(work=Verdict.QUALIFIED)
    world.send(world.hospital, "assessment", traveller.case_id, "save_opinion", given)
    seen = {
        who: record(world, principal, "assessment", traveller.case_id).draft_opinions
        for who, principal in readers(world, traveller.principal).items()
    }

    assert dict.fromkeys(seen) | {"hospital": given.opinions, "system": given.opinions} == seen


@pytest.mark.manual("S-57", "N-1.4")
def test_what_is_submitted_is_seen_by_all_who_see_the_case(journeys: Journeys) -> None:
    """A filing and the opinions that were given are blank for nobody."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    records = [
        record(world, principal, "assessment", traveller.case_id)
        for principal in readers(world, traveller.principal).values()
    ]

    assert None not in {one.filing for one in records} | {one.opinions for one in records}
    assert 1 == len({attrs.evolve(one, decision=None, reviewed_by=None) for one in records})


def test_who_decided_last_is_told_to_nobody(journeys: Journeys) -> None:
    """By whom and when a file was reviewed stands in its history; what a recall asks by is not for readers."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    told = {
        who: (kept.decision is not None, kept.reviewed_by is not None)
        for who, principal in readers(world, traveller.principal).items()
        for kept in [record(world, principal, "assessment", traveller.case_id)]
    }

    assert dict.fromkeys(told, (False, False)) | {"system": (True, True)} == told


def test_who_handed_a_list_in_is_told_to_nobody() -> None:
    """Neither the assessment institution nor the one whose list it is reads which person and account that was."""
    with open_world(list_approval=True) as world:
        journeys = Journeys.of(world)
        journeys.to("awaiting_registration")
        list_id = hand_in_list(world)
        world.send(world.agency, "enrolment_list", list_id, "approve")
        told = {
            who: (kept.submitted_by is not None, kept.decided_by is not None)
            for who in ("hospital", "agency", "county", "province")
            for kept in [record(world, getattr(world, who), "enrolment_list", list_id)]
        }
        kept = record(world, SYSTEM, "enrolment_list", list_id)

        assert dict.fromkeys(told, (False, False)) == told
        assert (world.hospital.account_id, world.agency.organisation_id) == (
            kept.submitted_by.account_id,
            kept.decided_by,
        )


def test_who_published_a_line_is_told_to_nobody(journeys: Journeys) -> None:
    """Everybody reads the cycle and its lines; whose hands have been on it is what rules ask by, not readers."""
    world = journeys.world
    traveller = journeys.to("qualified")
    asked = {
        who: world.application.cases.get(principal, "cycle", world.cycle_id)
        for who, principal in readers(world, traveller.principal).items()
    }
    told = {who: (bool(case.record.line_hands), bool(case.hands)) for who, case in asked.items()}

    assert dict.fromkeys(asked, (False, False)) | {"system": (True, True)} == told
    assert 1 == len({case.record.lines for case in asked.values()})


def test_the_secrets_of_an_account_are_told_to_nobody(journeys: Journeys) -> None:
    """Neither its owner nor who may give it a code reads what a password or a code is compared with."""
    world = journeys.world
    traveller = journeys.newcomer()
    (row,) = world.application.lists.page(
        world.hospital, "accounts", {"physician_id": traveller.physician_id}
    ).rows
    world.application.accounts.issue_code(world.hospital, str(row["id"]))
    owner = attrs.evolve(traveller.principal, account_id=str(row["id"]))
    seen = {
        who: record(world, principal, "account", str(row["id"]))
        for who, principal in {"owner": owner, "hospital": world.hospital, "system": SYSTEM}.items()
    }

    assert {"owner": None, "hospital": None} == {
        who: one.code_hash for who, one in seen.items() if who != "system"
    }
    assert seen["system"].code_hash is not None
    assert 1 == len({one.code_expires_at for one in seen.values()})


def test_of_the_deliveries_of_a_paper_the_scores_are_told(journeys: Journeys) -> None:
    """By what a platform calls its deliveries, and which accounts it has, they are known again, not read."""
    world = journeys.world
    traveller = journeys.to("qualified")
    (paper_id, *_) = journeys.papers(traveller).values()
    with world.application.store.begin() as unit:
        (paper,) = unit.find("evaluation", [Where("id", "eq", paper_id)])
        set_aside = (Decimal(40),)
        unit.write([changed(paper, deliveries=("platform/1",), scores_set_aside=set_aside)])
        unit.commit()
    told = {
        who: (bool(seen.deliveries), bool(seen.scores_set_aside), seen.score is not None)
        for who, principal in readers(world, traveller.principal).items()
        for seen in [record(world, principal, "evaluation", paper_id)]
    }

    assert dict.fromkeys(told, (False, False, True)) | {"system": (True, True, True)} == told


def test_what_is_withheld_is_a_field_that_can_be_blank() -> None:
    """The table names fields that are there, each with a default to put in the place of what is withheld."""
    fields = {lifecycle: attrs.fields_dict(LIFECYCLES[lifecycle].record) for lifecycle in WITHHELD}

    assert set() == {
        (lifecycle, name)
        for lifecycle, names in WITHHELD.items()
        for name in names
        if name not in fields[lifecycle] or fields[lifecycle][name].default is attrs.NOTHING
    }

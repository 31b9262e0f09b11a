"""409 is refused by a rule, 404 out of scope, 403 the wrong role within it: whatever state the case is in."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import KaoheError, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.statechart.deciding import NoRow
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Verdict

OPINION = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)


@pytest.mark.parametrize("state", ["not_enrolled", "awaiting_institution_review", "awaiting_agency_review"])
@pytest.mark.parametrize(("event", "payload"), [("submit_opinion", (OPINION,)), ("pass", ())])
def test_an_event_that_is_nobodys_of_the_callers_roles_is_forbidden_in_every_state(
    journeys: Journeys, state: str, event: str, payload: tuple[object, ...]
) -> None:
    """A physician gives no opinion and passes no file, neither where the event has a row nor where it has none."""
    traveller = journeys.to(state)

    with pytest.raises(NotPermitted):
        journeys.world.send(traveller.principal, "assessment", traveller.case_id, event, *payload)


def test_who_may_in_another_state_is_told_the_state(journeys: Journeys) -> None:
    """The agency passes files, but none that nobody has filed: the rule is in the way, not the role."""
    traveller = journeys.to("not_enrolled")

    with pytest.raises(TransitionRefused) as caught:
        journeys.world.send(journeys.world.agency, "assessment", traveller.case_id, "pass")

    assert [NoRow] == [type(reason) for reason in caught.value.reasons]


def test_out_of_scope_stays_not_found_without_a_row(journeys: Journeys) -> None:
    """Who may not know of a case does not learn by the role either that it is there."""
    traveller = journeys.to("not_enrolled")

    with pytest.raises(NotFound):
        journeys.world.send(journeys.elsewhere, "assessment", traveller.case_id, "submit_opinion", OPINION)


@pytest.mark.parametrize(
    ("lifecycle", "event"),
    [
        (name, event)
        for name, lifecycle in sorted(LIFECYCLES.items())
        for event in (*sorted(lifecycle.payloads), "no_such_event")
    ],
)
def test_nothing_is_asked_of_nothing(world: World, lifecycle: str, event: str) -> None:
    """Any event without a case and without what it needs is refused: clearly, whoever sends it."""
    callers = [world.province, world.county, world.hospital, world.agency, SYSTEM]
    for caller in callers:
        with pytest.raises(KaoheError):
            world.send(caller, lifecycle, None, event)

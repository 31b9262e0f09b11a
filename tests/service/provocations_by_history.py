"""What provokes an error by what has happened to the case that is asked about."""

from __future__ import annotations

from decimal import Decimal

import attrs
from falcon import testing

from kaohe_service.route import Route
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.lifecycles.cycle.events import CorrectLine
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import CheatingManner, Level, PaperKind, Stage
from tests.service.conftest import Caller
from tests.service.provoked import Provoked


def printed(it: Provoked) -> Caller:
    """Whoever has printed the certificate."""
    caller = it.as_("hospital")
    certificate = f"/api/v1/certificates/{it.ids['certificates']}"
    seen = {"If-Match": f'"{it.version("certificates")}"'}
    caller.ask("POST", f"{certificate}/print", headers=seen)
    return caller


def frozen(it: Provoked) -> testing.Result:
    """The certificate of somebody who is suspected of having cheated."""
    caller, world = printed(it), it.site.world
    paper = it.ids["papers"]
    suspected = Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=("photo",),
        assessment_id=it.ids["assessments"],
        evaluation_id=paper,
    )
    mark = world.send(world.hospital, "cheating", None, "mark", suspected, reason="照片不符").id
    world.settle()
    answer = caller.get(f"/api/v1/certificates/{it.ids['certificates']}/document")
    world.send(world.county, "cheating", mark, "unmark", reason="系误标")
    world.settle()
    return answer


def void(it: Provoked) -> testing.Result:
    """The certificate of a result that fell when its line was corrected."""
    caller, world = printed(it), it.site.world
    line = CorrectLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(99))
    colleague = attrs.evolve(world.province, operator_id="colleague")
    world.send(colleague, "cycle", world.cycle_id, "correct_line", line, reason="公布有误")
    world.settle()
    return caller.get(f"/api/v1/certificates/{it.ids['certificates']}/document")


def undecided(it: Provoked, route: Route) -> testing.Result:
    """Somebody who was added today and has no result."""
    world = it.site.world
    added = world.physician(person(900).id_number)
    return it.as_("hospital").get(f"/api/v1/assessments/{world.assessment_of(added)}/written-notice")


def closed_paper(it: Provoked, route: Route) -> testing.Result:
    """A paper that is passed: nothing is delivered to it any more."""
    return it.ask(it.as_("platform"), route, id=it.ids["papers"])

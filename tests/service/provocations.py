"""
A request for each error that the description names: who asks what, of a service in which state.

An error that follows from what a route is (who may ask, what comes in) is provoked in one way for all of them; what a
route refuses for a reason of its own stands in `OWN`, under operation and status.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import attrs
from falcon import testing
from pyotp import TOTP

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.route import Route
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.throttle import LOOKUP_PACE
from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import RecordDamaged
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.lifecycles.cycle.events import CorrectLine
from kaohe_workflow.testing.files import hand_in, png
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.values.terms import AccountKind, CheatingManner, Level, PaperKind, Stage
from tests.service.conftest import PASSWORD, Caller
from tests.service.provocations_of_all import NEW_PASSWORD, OF_ALL, Provocation, others_are_busy
from tests.service.provoked import SOME_ID, Busy, FullContents, Provoked


def _with(who: str, **given: Any) -> Provocation:
    return lambda it, route: it.ask(it.as_(who), route, **given)


def _refused(who: str) -> Provocation:
    """A case that is there, in its present version, and an event that its state has no row for; whichever does."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        answer = None
        for body in it.bodies(route):
            answer = it.ask(it.as_(who), route, body=body, version=it.version(route.tag))
            if answer.status_code == 409:
                break
        assert answer is not None
        return answer

    return provoke


def _made(who: str, event: str, reason: str | None = None, **payload: Any) -> Provocation:
    """An event that would make a case; ids of collections stand in braces."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        names = {name.replace("-", "_"): id for name, id in it.ids.items()}
        names |= {"county": str(it.site.world.county.organisation_id)}
        filled = {
            name: value.format(**names) if isinstance(value, str) else value
            for name, value in payload.items()
        }
        return it.ask(it.as_(who), route, body={"event": event, "payload": filled, "reason": reason})

    return provoke


def _asked_too_often(who: str, event: str, **payload: Any) -> Provocation:
    """An event about a number that is on file, sent until the pace of looking people up is spent."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        send = _made(who, event, **payload)
        for _ in range(LOOKUP_PACE.burst):
            send(it, route)
        return send(it, route)

    return provoke


def _renumbered_too_often(it: Provoked, route: Route) -> testing.Result:
    """An application for the number of somebody else, with a proof."""
    owner = Principal(account_id="scanner", kind=AccountKind.PHYSICIAN, physician_id=it.ids["physicians"])
    proof = hand_in(it.site.application, owner)
    ask = _asked_too_often(
        "physician",
        "create",
        physician_id="{physicians}",
        field="id_number",
        value=person(1).id_number,
        attachments=[proof],
    )
    return ask(it, route)


DOERS = {
    "departments": "hospital",
    "recusals": "agency",
    "amendments": "hospital",
    "announcements": "county",
}
"""Collection → who can send something to its case and is refused by a rule; the province elsewhere."""


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


def name_taken(it: Provoked) -> testing.Result:
    """An institution may be made, but not the account that would come with it."""
    _, login = it.site.account_of(it.site.world.hospital)
    superior = str(it.site.world.county.organisation_id)
    payload = {"superior_id": superior, "name": "第三人民医院", "kind": "medical", "login": login}
    return it.as_("county").send("/api/v1/institutions", "create", payload)


FACTOR = "/api/v1/second-factor"


def with_factor(it: Provoked) -> tuple[Caller, dict[str, str]]:
    """A session of an account with a second factor, and what it logs in with; its code has been used."""
    account_id, login = it.site.account_of(it.site.world.hospital)
    caller = it.site.session_of(account_id, login)
    secret = caller.ask("POST", FACTOR, {"password": PASSWORD}).json["secret"]
    code = TOTP(secret).at(int(it.site.world.clock.now().timestamp()))
    caller.ask("POST", f"{FACTOR}/confirmation", {"code": code})
    return caller, {"account": login, "password": PASSWORD, "code": code}


def another_factor(it: Provoked, route: Route) -> testing.Result:
    """A second factor for an account that has one."""
    return it.ask(with_factor(it)[0], route, body={"password": PASSWORD})


def no_code(it: Provoked) -> testing.Result:
    """Logging in without the code that the account asks for."""
    _, given = with_factor(it)
    del given["code"]
    return it.as_("nobody").ask("POST", "/api/v1/sessions", given)


def used_code(it: Provoked) -> testing.Result:
    """Logging in with a code that was used."""
    return it.as_("nobody").ask("POST", "/api/v1/sessions", with_factor(it)[1])


def no_factor(it: Provoked) -> testing.Result:
    """An account without the second factor that its province asks for."""
    application = it.site.application
    account_id, login = it.site.account_of(it.site.world.hospital)
    token = str(it.site.session_of(account_id, login).token)
    catalogue = with_parameters(load_catalogue(), {"second_factor_for": ["institution"]})
    door = attrs.evolve(application.door, tools=attrs.evolve(application.door.tools, catalogue=catalogue))
    accounts = attrs.evolve(application.accounts, door=door)
    return it.over(catalogue=catalogue, door=door, accounts=accounts).with_token(token).get("/api/v1/home")


@attrs.define
class Meanwhile:
    """Something happens before whoever asks is answered."""

    inner: Any
    happen: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        self.happen()
        return getattr(self.inner, name)


def disabled_meanwhile(it: Provoked, route: Route) -> testing.Result:
    """The account that asks is disabled between the look at its session and the note of what it is told."""
    account_id, login = it.site.account_of(it.site.world.hospital)
    caller, application = it.site.session_of(account_id, login), it.site.application

    def disable() -> None:
        if it.site.world.state_of("account", account_id) == "active":
            it.site.world.send(it.site.world.county, "account", account_id, "disable", reason="停用")

    disclosure = attrs.evolve(
        application.disclosure,
        cases=Meanwhile(application.cases, disable),
        lists=Meanwhile(application.lists, disable),
    )
    return it.ask(attrs.evolve(caller, app=it.over(disclosure=disclosure).app), route)


class DamagedCases:
    """What is stored of a case cannot be read."""

    def get(self, principal: Principal, lifecycle: str, case_id: str) -> Case:
        raise RecordDamaged(lifecycle, case_id)


def damaged(it: Provoked) -> testing.Result:
    """A case that cannot be read."""
    caller = attrs.evolve(it.as_("hospital"), app=it.over(cases=DamagedCases()).app)
    return caller.get(f"/api/v1/assessments/{it.ids['assessments']}")


def no_json(it: Provoked) -> testing.Result:
    """A body that is no JSON."""
    headers = {"Content-Type": "application/json"}
    return it.as_("nobody").ask("POST", "/api/v1/sessions", headers=headers, content=b"{")


def not_permitted(it: Provoked) -> testing.Result:
    """Departments are the hospital's business, and the province sees them."""
    path = f"/api/v1/departments/{it.ids['departments']}/events"
    return it.as_("province").send(path, "edit", {"name": "外科"}, version=it.version("departments"))


FURTHER: tuple[Callable[[Provoked], testing.Result], ...] = (
    no_json,
    no_code,
    used_code,
    no_factor,
    not_permitted,
    lambda it: it.as_("hospital").get("/api/v1/nothing"),
    lambda it: it.as_("hospital").ask("PATCH", "/api/v1/home"),
    name_taken,
    damaged,
    frozen,
    void,
)
"""Errors of a status that is provoked in another way already, and those that belong to no operation."""


def _sample(who: str, **payload: str) -> Provocation:
    """The smallest body that the description allows for making a case, with what it is about."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        body = it.bodies(route)[0]
        body["payload"] |= {name: value.format(**it.ids) for name, value in payload.items()}
        return it.ask(it.as_(who), route, body=body | {"reason": "已核实"})

    return provoke


def lacking(it: Provoked, route: Route) -> testing.Result:
    """A name that no font covers."""
    face = it.site.application.cases.get(SYSTEM, "affiliation", it.ids["physicians"]).record.name
    certificates = attrs.evolve(it.site.application.certificates, printer=PlainPrinter(face))
    caller = attrs.evolve(it.as_("hospital"), app=it.over(certificates=certificates).app)
    return it.ask(caller, route, version=it.version("certificates"))


def undecided(it: Provoked, route: Route) -> testing.Result:
    """Somebody who was added today and has no result."""
    world = it.site.world
    added = world.physician(person(900).id_number)
    return it.as_("hospital").get(f"/api/v1/assessments/{world.assessment_of(added)}/written-notice")


def wrong_old_password(it: Provoked, route: Route) -> testing.Result:
    """The old password is another one."""
    return it.ask(it.as_("city"), route, body=NEW_PASSWORD)


def disabled_account(it: Provoked, route: Route) -> testing.Result:
    """A code for an account that is disabled."""
    account_id, _ = it.site.account_of(it.site.world.hospital)
    it.site.world.send(it.site.world.county, "account", account_id, "disable", reason="停用")
    return it.ask(it.as_("county"), route, id=account_id, version=2, body={"reason": "遗失"})


def delivered(**parts: Any) -> Provocation:
    """A picture that a platform delivers, where files cannot be looked into or kept."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        application = it.site.application
        made = {name: make(it) for name, make in parts.items()}
        attachments = attrs.evolve(application.attachments, **made)
        site = it.over(platforms=attrs.evolve(application.platforms, attachments=attachments))
        photo = {"taken_at": "2024-01-04T00:00:00Z", "name": "1", "content": b64encode(png()).decode()}
        return it.ask(attrs.evolve(it.as_("platform"), app=site.app), route, body=photo)

    return provoke


def closed_paper(it: Provoked, route: Route) -> testing.Result:
    """A paper that is passed: nothing is delivered to it any more."""
    return it.ask(it.as_("platform"), route, id=it.ids["papers"])


OWN: Mapping[tuple[str, int], Provocation] = {
    ("log-in", 401): _with("nobody", body={"account": "nobody-here", "password": "Red-Hill-49"}),
    ("activate", 401): _with("nobody", body={"account": "nobody-here", "code": "AAAA-AAAA-AAAA-AAAA"}),
    **{(f"deliver-{what}", 409): closed_paper for what in ("start", "hand-in", "score", "photo")},
    ("deliver-photo", 429): delivered(inspect=lambda it: Busy(it.site.application).refuse),
    ("deliver-photo", 507): delivered(contents=lambda it: FullContents()),
    ("set-password", 409): wrong_old_password,
    ("set-password", 429): others_are_busy,
    ("reveal-number", 409): disabled_meanwhile,
    **{(f"export-{name}", 409): disabled_meanwhile for name in EXPORTS},
    ("propose-second-factor", 409): another_factor,
    ("confirm-second-factor", 409): _with("county"),
    ("remove-second-factor", 409): _with("county", body={"password": PASSWORD, "code": "000000"}),
    ("issue-code", 409): disabled_account,
    ("issue-code", 429): others_are_busy,
    ("import-roster", 404): _with("province", query=f"mode=preview&institution_id={SOME_ID}"),
    ("import-roster", 429): others_are_busy,
    ("import-scores", 429): others_are_busy,
    ("show-progress", 404): _with("hospital", query=f"cycle_id={SOME_ID}"),
    ("show-statistics", 404): _with("hospital", query=f"cycle_id={SOME_ID}&by=procedure"),
    ("show-statistics-sheet", 404): _with("hospital", query=f"cycle_id={SOME_ID}&by=procedure"),
    ("print-certificate", 409): lacking,
    ("show-certificate-document", 409): _with("hospital"),
    ("show-written-notice", 409): undecided,
    ("show-written-answer", 409): _with("hospital"),
    ("create-institutions", 404): _made("county", "create", superior_id=SOME_ID, name="无", kind="medical"),
    ("create-institutions", 409): _made(
        "county", "create", superior_id="{county}", name="无", kind="province"
    ),
    ("create-agency-applications", 404): _made(
        "county", "open_permission", institution_id=SOME_ID, cycle_id="{cycles}"
    ),
    ("create-agency-applications", 409): _made(
        "county", "open_permission", institution_id="{institutions}", cycle_id="{cycles}"
    ),
    ("create-departments", 404): _made("hospital", "create", institution_id=SOME_ID, name="外科"),
    ("create-departments", 409): _made("hospital", "create", institution_id="{institutions}", name="内科"),
    ("create-accounts", 404): _made(
        "county", "create", institution_id=SOME_ID, kind="organisation", login="somebody", shared=True
    ),
    ("create-accounts", 409): _made(
        "hospital",
        "create",
        institution_id="{institutions}",
        kind="organisation",
        login="somebody",
        shared=True,
    ),
    ("create-physicians", 404): _made(
        "hospital", "add", institution_id=SOME_ID, name="某某", id_number=person(90).id_number
    ),
    ("create-physicians", 409): _made(
        "city", "add", institution_id="{institutions}", name="某某", id_number=person(0).id_number
    ),
    ("create-physicians", 429): _asked_too_often(
        "county", "add", institution_id="{institutions}", name="某某", id_number=person(0).id_number
    ),
    ("create-amendments", 429): _renumbered_too_often,
    ("create-amendments", 404): _made(
        "physician", "create", physician_id=SOME_ID, field="licensed_on", value="1993-12-31", attachments=[]
    ),
    ("create-amendments", 409): _made(
        "physician",
        "create",
        physician_id="{physicians}",
        field="licensed_on",
        value="1993-12-31",
        attachments=[],
    ),
    ("create-exemptions", 404): _sample("physician", assessment_id=SOME_ID),
    ("create-exemptions", 409): _sample("physician", assessment_id="{assessments}"),
    ("create-deferrals", 404): _sample("physician", assessment_id=SOME_ID),
    ("create-deferrals", 409): _sample("physician", assessment_id="{assessments}"),
    ("create-marks", 404): _sample("hospital", assessment_id=SOME_ID),
    ("create-marks", 409): _sample("hospital", assessment_id="{assessments}"),
    ("create-recusals", 404): _made("agency", "declare", assessment_id=SOME_ID),
    ("create-recusals", 409): _made("agency", "declare", assessment_id="{assessments}"),
    ("create-spot-checks", 409): _sample("agency", institution_id="{institutions}", cycle_id="{cycles}"),
    ("create-reviews", 404): _sample("physician", assessment_id=SOME_ID),
    ("create-reviews", 409): _sample("physician", assessment_id="{assessments}"),
    **{
        (f"send-{collection}", 409): _refused(DOERS.get(collection, "province")) for collection in COLLECTIONS
    },
}
"""Operation and status → how it is provoked where the route has reasons of its own."""


def provocation(operation: str, status: int) -> Provocation:
    """The request that makes an operation answer with a status; KeyError where nobody knows one."""
    return OWN.get((operation, status)) or OF_ALL[status]

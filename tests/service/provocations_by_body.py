"""What provokes an error by what is sent, and who sends it."""

from __future__ import annotations

from typing import Any

from falcon import testing

from kaohe_service.route import Route
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.throttle import LOOKUP_PACE
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import AccountKind
from tests.service.provocations_of_all import Provocation
from tests.service.provoked import Provoked


def asked(who: str, **given: Any) -> Provocation:
    return lambda it, route: it.ask(it.as_(who), route, **given)


def refused(who: str) -> Provocation:
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


def made(who: str, event: str, reason: str | None = None, **payload: Any) -> Provocation:
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


def asked_too_often(who: str, event: str, **payload: Any) -> Provocation:
    """An event about a number that is on file, sent until the pace of looking people up is spent."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        send = made(who, event, **payload)
        for _ in range(LOOKUP_PACE.burst):
            send(it, route)
        return send(it, route)

    return provoke


def renumbered_too_often(it: Provoked, route: Route) -> testing.Result:
    """An application for the number of somebody else, with a proof."""
    owner = Principal(account_id="scanner", kind=AccountKind.PHYSICIAN, physician_id=it.ids["physicians"])
    proof = hand_in(it.site.application, owner)
    ask = asked_too_often(
        "physician",
        "create",
        physician_id="{physicians}",
        field="id_number",
        value=person(1).id_number,
        attachments=[proof],
    )
    return ask(it, route)


def sample(who: str, **payload: str) -> Provocation:
    """The smallest body that the description allows for making a case, with what it is about."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        body = it.bodies(route)[0]
        body["payload"] |= {name: value.format(**it.ids) for name, value in payload.items()}
        return it.ask(it.as_(who), route, body=body | {"reason": "已核实"})

    return provoke


def no_json(it: Provoked) -> testing.Result:
    """A body that is no JSON."""
    headers = {"Content-Type": "application/json"}
    return it.as_("nobody").ask("POST", "/api/v1/sessions", headers=headers, content=b"{")


def name_taken(it: Provoked) -> testing.Result:
    """An institution may be made, but not the account that would come with it."""
    _, login = it.site.account_of(it.site.world.hospital)
    superior = str(it.site.world.county.organisation_id)
    payload = {"superior_id": superior, "name": "第三人民医院", "kind": "medical", "login": login}
    return it.as_("county").send("/api/v1/institutions", "create", payload)


def not_permitted(it: Provoked) -> testing.Result:
    """Departments are the hospital's business, and the province sees them."""
    path = f"/api/v1/departments/{it.ids['departments']}/events"
    return it.as_("province").send(path, "edit", {"name": "外科"}, version=it.version("departments"))

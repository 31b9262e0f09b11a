"""What provokes an error that follows from what a route is: who may ask, what comes in, what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
from falcon import testing

from kaohe_service.bodies import AttachmentBody, FileBody
from kaohe_service.media import MAXIMUM_FILE, MAXIMUM_JSON
from kaohe_service.route import Route
from tests.service.provoked import MANY, SOME_ID, Busy, FullContents, Provoked

Provocation = Callable[[Provoked, Route], testing.Result]

NEW_PASSWORD = {"password": "Green-Hill-48", "old_password": "Red-Hill-49"}


def _asker(route: Route) -> str:
    return {"anyone": "nobody", "platform": "platform"}.get(route.who, "hospital")


def malformed_host(it: Provoked, route: Route) -> testing.Result:
    """400: the Host header is no host."""
    return it.ask(it.as_(_asker(route)), route, host="a b")


def no_session(it: Provoked, route: Route) -> testing.Result:
    """401: nobody has logged in."""
    return it.ask(it.as_("nobody"), route)


def not_entitled(it: Provoked, route: Route) -> testing.Result:
    """403: the first password is to be set; or another site's page sends it."""
    if route.who in ("session", "factor"):
        return it.ask(it.as_("init_only"), route)
    return it.ask(it.as_(_asker(route)), route, headers={"Sec-Fetch-Site": "cross-site"})


def not_there(it: Provoked, route: Route) -> testing.Result:
    """404: there is nothing of this id."""
    if route.path.endswith("{name}"):
        return it.as_("hospital").get(route.path.replace("{name}", "nothing.js"))
    return it.ask(it.as_(_asker(route)), route, id=SOME_ID)


def stale(it: Provoked, route: Route) -> testing.Result:
    """412: another version than the present one was seen."""
    return it.ask(it.as_("province"), route, version=999)


def too_large(it: Provoked, route: Route) -> testing.Result:
    """413: one byte more than may come in."""
    maximum = MAXIMUM_JSON
    if isinstance(route.body, FileBody):
        maximum = MAXIMUM_FILE
    if isinstance(route.body, AttachmentBody):
        maximum = it.site.application.attachments.maximum_bytes()
    return it.ask(it.as_(_asker(route)), route, content=b" " * (maximum + 1))


def another_type(it: Provoked, route: Route) -> testing.Result:
    """415: a type that nobody reads."""
    return it.ask(it.as_(_asker(route)), route, content=b"x", type="text/html")


def unknown_host(it: Provoked, route: Route) -> testing.Result:
    """421: sent to a name that is not ours."""
    return it.ask(it.as_(_asker(route)), route, host="elsewhere.example")


def unknown_parameter(it: Provoked, route: Route) -> testing.Result:
    """422: a parameter that the route does not have."""
    return it.ask(it.as_(_asker(route)), route, query="nothing=1")


def unseen(it: Provoked, route: Route) -> testing.Result:
    """428: no version was seen."""
    return it.ask(it.as_("province"), route, version=None)


def broken(it: Provoked, route: Route) -> testing.Result:
    """500: what stands behind the route fails."""
    return it.ask(attrs.evolve(it.as_(_asker(route)), app=it.broken), route)


def store_gone(it: Provoked, route: Route) -> testing.Result:
    """503: the store does not answer."""
    caller = it.as_(_asker(route))
    with it.store_gone():
        return it.ask(caller, route)


def again_and_again(it: Provoked, route: Route) -> testing.Result:
    """429: more often than the pace allows."""
    caller = it.as_(_asker(route))
    answers = (it.ask(caller, route) for _ in range(MANY))
    return next((answer for answer in answers if answer.status_code == 429), it.ask(caller, route))


def others_are_busy(it: Provoked, route: Route) -> testing.Result:
    """429: as many passwords or sheets are worked on as the machine can bear."""
    application, busy = it.site.application, Busy(it.site.application)
    site = it.over(
        accounts=attrs.evolve(application.accounts, passwords=busy),
        intake=attrs.evolve(application.intake, read_sheets=busy.refuse),
    )
    account_id, _ = it.site.account_of(it.site.world.hospital)
    caller = attrs.evolve(it.as_("county"), app=site.app)
    body = {"set-password": NEW_PASSWORD, "issue-code": {"reason": "遗失"}}.get(route.operation)
    institution = f"institution_id={it.ids['institutions']}"
    query = f"mode=preview&{institution}" if route.operation == "import-roster" else it.query(route)
    return it.ask(caller, route, id=account_id, body=body, query=query)


def no_room(it: Provoked, route: Route) -> testing.Result:
    """507: the disk is full."""
    attachments = attrs.evolve(it.site.application.attachments, contents=FullContents())
    return it.ask(attrs.evolve(it.as_("city"), app=it.over(attachments=attachments).app), route)


OF_ALL: Mapping[int, Provocation] = {
    400: malformed_host,
    401: no_session,
    403: not_entitled,
    404: not_there,
    412: stale,
    413: too_large,
    415: another_type,
    421: unknown_host,
    422: unknown_parameter,
    428: unseen,
    429: again_and_again,
    500: broken,
    503: store_gone,
    507: no_room,
}
"""Status → how it is provoked, whatever the route does."""

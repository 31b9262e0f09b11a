"""Where log-ins, passwords and what is done in a session come from, as the record keeps it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from kaohe_workflow.application.accounts.sessions import principal_of, session_name
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.errors import LogInRefused, TransitionRefused
from kaohe_workflow.lifecycles.account.events import UseCode

NUMBER = "450103198001011233"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"
ADDRESS = "203.0.113.77"
PASSWORD = "Zhuang-77-jin"
NEXT = "Miao-88-yao"


def steps(house):
    """The steps of the physician's account: event, and who acted from where."""
    with house.world.application.store.begin(write=False) as unit:
        bodies = [json.loads(row.body) for row in unit.history(house.account())]
    return [(body["event"], body["actor"]) for body in bodies]


def came_in(house):
    """A physician who comes in with a code, sets a password, logs in with it, and changes it."""
    first = house.accounts.log_in(NUMBER, house.code(), address=ADDRESS, agent=BROWSER)
    origin = house.accounts.origin(ADDRESS, BROWSER, token=first.token, via="cookie")
    second = house.accounts.activate(first.token, PASSWORD, origin=origin)
    third = house.accounts.log_in(NUMBER, PASSWORD, address=ADDRESS, agent=BROWSER)
    last = house.accounts.change_password(third.token, PASSWORD, NEXT)
    return first, second, third, last


def test_each_session_rests_on_a_step(house):
    """Log-in with a code, first password, log-in, another password: each step names the session that it opens."""
    opened = came_in(house)
    told = {actor.get("opens"): event for event, actor in steps(house) if "opens" in actor}

    assert ["use_code", "set_password", "log_in", "change_password"] == [
        told[session_name(one.token)] for one in opened
    ]


def test_a_step_within_a_session_names_it(house):
    """Setting and changing a password are done in a session, named also where the host says nothing."""
    first, _, third, _ = came_in(house)
    within = {event: actor.get("session") for event, actor in steps(house)}

    assert (session_name(first.token), session_name(third.token)) == (
        within["set_password"],
        within["change_password"],
    )
    assert within["log_in"] is within["use_code"] is None


def test_where_a_log_in_comes_from(house):
    """The network and a keyed hash of the browser's name; neither address, nor name, nor a bare hash of it."""
    opened = came_in(house)
    told = dict(steps(house))
    text = json.dumps(steps(house))

    assert {"203.0.113.0/24"} == {told[event]["network"] for event in ("use_code", "set_password", "log_in")}
    assert 1 == len({told[event]["agent"] for event in ("use_code", "set_password", "log_in")})
    assert house.accounts.origin(agent=BROWSER).agent == told["log_in"]["agent"]
    assert not any(
        said in text
        for said in (
            ADDRESS,
            BROWSER,
            sha256(BROWSER.encode()).hexdigest()[:16],
            *(one.token for one in opened),
        )
    )
    assert () == house.world.application.verification.run().findings


def test_two_browsers_are_told_apart(house):
    """And who has none has none."""
    first, again, other = (house.accounts.origin(agent=name) for name in (BROWSER, BROWSER, f"{BROWSER}.1"))

    assert first == again
    assert first != other
    assert Origin() == house.accounts.origin(agent="")


def test_a_failed_log_in_tells_the_browser_too(house):
    """There is no session; network and browser are what there is."""
    house.activated()
    with pytest.raises(LogInRefused):
        house.accounts.log_in(NUMBER, NEXT, address=ADDRESS, agent=BROWSER)
    with house.world.application.store.begin(write=False) as unit:
        (line,) = unit.refusals(house.doctor, last=1)
    actor = json.loads(line.body)["actor"]

    assert {"network": "203.0.113.0/24", "agent": house.accounts.origin(agent=BROWSER).agent} == {
        name: actor[name] for name in ("network", "agent")
    }
    assert not {"session", "opens"} & set(actor)


def test_a_code_that_is_void_by_now_opens_nothing(house):
    """Nobody but the log-in says that a code was right."""
    house.code()
    with house.world.application.store.begin(write=False) as unit:
        principal = principal_of(unit, house.account(), init_only=True)
    with pytest.raises(TransitionRefused):
        house.world.application.door.send(principal, "account", house.doctor, "use_code", UseCode())

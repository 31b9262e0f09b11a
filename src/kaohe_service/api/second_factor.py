"""
The second factor of the own account (动态口令).
"""

from __future__ import annotations

from kaohe_service.bodies import FactorCode, FactorRemoval, Password
from kaohe_service.calls import Answer, Call


def show(call: Call) -> Answer:
    """Whether there is one, whether there must be, and how many recovery codes are left."""
    assert call.token is not None  # the route asks for a session
    application = call.application
    return Answer(data=application.codec.unstructure(application.accounts.factor(call.token)))


def propose(call: Call) -> Answer:
    """Begin to set one up; what the authenticator reads is told here and never again."""
    body = call.body
    assert isinstance(body, Password)  # the route says so
    assert call.token is not None  # the route asks for a session
    proposed = call.application.accounts.propose_factor(call.token, body.password, origin=call.caller.origin)
    return Answer(status=201, data={"secret": proposed.secret, "address": proposed.address})


def confirm(call: Call) -> Answer:
    """Confirm it with the first code; the recovery codes are told here and never again."""
    body = call.body
    assert isinstance(body, FactorCode)  # the route says so
    assert call.token is not None  # the route asks for a session
    codes = call.application.accounts.confirm_factor(call.token, body.code, origin=call.caller.origin)
    return Answer(status=201, data={"recovery_codes": list(codes)})


def remove(call: Call) -> Answer:
    """Do without it again."""
    body = call.body
    assert isinstance(body, FactorRemoval)  # the route says so
    assert call.token is not None  # the route asks for a session
    call.application.accounts.remove_factor(call.token, body.password, body.code, origin=call.caller.origin)
    return Answer(status=204)

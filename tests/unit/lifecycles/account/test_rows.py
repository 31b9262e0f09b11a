"""An account: who moves it, and what no request can claim."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.account.events import PAYLOADS
from kaohe_workflow.statechart.deciding import Refused
from tests.unit.lifecycles.account import rows, rows_of_secrets
from tests.unit.lifecycles.account.rows import ABOVE, OWN, SYSTEM

CASES = (*rows.CASES, *rows_of_secrets.CASES)


@pytest.mark.manual("S-7")
@pytest.mark.parametrize("event", ["create", "issue_code", "reset", "disable", "enable"])
@pytest.mark.parametrize(
    "by", [("administration", "own"), ("institution", "any"), ("agency", "assigned"), ("physician", "self")]
)
def test_accounts_are_given_from_above(event, by):
    """
    Nobody gives an account or a code to an equal, a superior, or itself (手册 2.2.1).

    An administration's own accounts are its superior's affair.
    """
    found = [row for row in CASES if row.sending.event == event]
    outcomes = [row.trial.decide(attrs.evolve(row.sending, by=by)) for row in found]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in outcomes)


@pytest.mark.parametrize("event", ["set_password", "change_password", "log_in"])
@pytest.mark.parametrize("by", [OWN, ABOVE, ("province", "subtree"), SYSTEM])
def test_only_the_owner_has_a_password(event, by):
    """No superior, no institution and no system sets anybody's password or logs in as somebody."""
    row = next(row for row in CASES if row.sending.event == event)
    outcome = row.trial.decide(attrs.evolve(row.sending, by=by))

    assert outcome.not_permitted


@pytest.mark.parametrize("event", ["issue_code", "set_password", "change_password", "log_in", "reset"])
def test_only_the_use_cases_vouch(event):
    """
    Whatever a request says, it cannot say that a password or a code was right.

    The fields are no keys of the input, and what is read without them is refused by every guard.
    """
    codec, payload = JsonCodec(), PAYLOADS[event]
    read = codec.structure({}, payload)
    row = next(row for row in CASES if row.sending.event == event)

    assert isinstance(row.trial.decide(attrs.evolve(row.sending, payload=read)), Refused)
    for field in attrs.fields(payload):
        with pytest.raises(InputInvalid):
            codec.structure({field.name: "x"}, payload)

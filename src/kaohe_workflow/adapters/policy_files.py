"""
The policies as a file: strict YAML to values, every problem at once with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Literal, cast

from kaohe_workflow.adapters.statechart_files import parse
from kaohe_workflow.application.policies import Policy
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.nodes import Keys, Log, Place

FILE = "policies.yaml"

_POLICY = Keys(required=("name", "when", "send", "how"), optional=("to", "after", "cites"))
_SEND = Keys(required=("lifecycle", "event"))

WHEN = Keys(required=("lifecycle",), optional=("event", "entered", "left"))
"""What a row answers to; notices write it in the same way."""


def load_policies(root: Traversable) -> tuple[Policy, ...]:
    """
    Load `policies.yaml` of the folder of charts, in its order.

    Raises:
        DefinitionError: with every problem of its form; `check_policies` compares it with the charts.
    """
    return read_policies((root / FILE).read_text(encoding="utf-8"), FILE)


def read_policies(text: str, source: str = "<text>") -> tuple[Policy, ...]:
    """
    Read policies from YAML text.

    Raises:
        DefinitionError: with every problem, each with source, line and path.
    """
    log = Log(source)
    top = Place(parse(text, source, log), "$", log).fields(Keys(required=("policies",)))
    policies = [_policy(place) for place in top["policies"].items()] if "policies" in top else []
    if log.problems:
        raise DefinitionError(log.problems)
    return tuple(policies)


def _policy(place: Place) -> Policy:
    fields = place.fields(_POLICY)
    when = fields["when"].fields(WHEN) if "when" in fields else {}
    send = fields["send"].fields(_SEND) if "send" in fields else {}
    how = text_of(fields, "how")
    if how not in ("once", "job", "retime"):
        place.note("how-unknown", f"`how` is once, job or retime, not {how!r}")
    elif ("to" in fields) is (how == "retime"):
        place.note(
            "to-misplaced", "a policy that sends names a selector in `to`; one that retimes names none"
        )
    return Policy(
        name=text_of(fields, "name"),
        lifecycle=text_of(when, "lifecycle"),
        events=texts_of(when, "event"),
        entered=texts_of(when, "entered"),
        left=texts_of(when, "left"),
        send_lifecycle=text_of(send, "lifecycle"),
        send_event=text_of(send, "event"),
        selector=text_of(fields, "to") or None,
        how=cast(Literal["once", "job", "retime"], how),
        after=text_of(fields, "after") or None,
        cites=texts_of(fields, "cites"),
        place=f"{place.log.source}:{place.node.line}",
    )


def text_of(fields: Mapping[str, Place], key: str) -> str:
    """The text of a key, empty where it is not given."""
    return fields[key].text() if key in fields else ""


def texts_of(fields: Mapping[str, Place], key: str) -> tuple[str, ...]:
    """One text or a list of them."""
    if key not in fields:
        return ()
    place = fields[key]
    if isinstance(place.node.value, tuple):
        return tuple(item.text() for item in place.items())
    return (place.text(),)

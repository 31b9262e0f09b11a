"""
The table of notices as a file: strict YAML to values, every problem at once with its line.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Literal, cast

from kaohe_workflow.adapters.policy_files import WHEN, text_of, texts_of
from kaohe_workflow.adapters.statechart_files import parse
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.nodes import Keys, Log, Place
from kaohe_workflow.values.notices import NoticeKind

FILE = "notices.yaml"

_NOTICE = Keys(required=("name", "when", "to", "kind", "text", "how"), optional=("cites",))


def load_notices(root: Traversable) -> tuple[NoticeRule, ...]:
    """
    Load `notices.yaml` of the folder of charts, in its order.

    Raises:
        DefinitionError: with every problem of its form; `check_notices` compares it with the charts.
    """
    return read_notices((root / FILE).read_text(encoding="utf-8"), FILE)


def read_notices(text: str, source: str = "<text>") -> tuple[NoticeRule, ...]:
    """
    Read notices from YAML text.

    Raises:
        DefinitionError: with every problem, each with source, line and path.
    """
    log = Log(source)
    top = Place(parse(text, source, log), "$", log).fields(Keys(required=("notices",)))
    rules = [_rule(place) for place in top["notices"].items()] if "notices" in top else []
    if log.problems:
        raise DefinitionError(log.problems)
    return tuple(rules)


def _rule(place: Place) -> NoticeRule:
    fields = place.fields(_NOTICE)
    when = fields["when"].fields(WHEN) if "when" in fields else {}
    kind = fields["kind"].word(each.value for each in NoticeKind) if "kind" in fields else NoticeKind.SCHEDULE
    how = fields["how"].word(("once", "job")) if "how" in fields else "once"
    return NoticeRule(
        name=text_of(fields, "name"),
        lifecycle=text_of(when, "lifecycle"),
        events=texts_of(when, "event"),
        entered=texts_of(when, "entered"),
        left=texts_of(when, "left"),
        recipients=texts_of(fields, "to"),
        kind=NoticeKind(kind),
        text=text_of(fields, "text"),
        how=cast(Literal["once", "job"], how),
        cites=texts_of(fields, "cites"),
        place=f"{place.log.source}:{place.node.line}",
    )

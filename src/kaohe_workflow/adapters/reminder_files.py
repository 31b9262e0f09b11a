"""
The table of reminders as a file: strict YAML to values, every problem at once with its line.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable

from kaohe_workflow.adapters.policy_files import text_of, texts_of
from kaohe_workflow.adapters.statechart_files import parse
from kaohe_workflow.application.notices.reminders import ReminderRule
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.nodes import Keys, Log, Place
from kaohe_workflow.values.notices import NoticeKind

FILE = "reminders.yaml"

_REMINDER = Keys(required=("name", "when", "to", "text"), optional=("on", "cites"))
_WHEN = Keys(
    required=("of",),
    optional=("lifecycle", "states", "unless", "days", "before", "after", "working_days_after"),
)


def load_reminders(root: Traversable) -> tuple[ReminderRule, ...]:
    """
    Load `reminders.yaml` of the folder of charts, in its order.

    Raises:
        DefinitionError: with every problem of its form; `check_reminders` compares it with what there is.
    """
    return read_reminders((root / FILE).read_text(encoding="utf-8"), FILE)


def read_reminders(text: str, source: str = "<text>") -> tuple[ReminderRule, ...]:
    """
    Read reminders from YAML text.

    Raises:
        DefinitionError: with every problem, each with source, line and path.
    """
    log = Log(source)
    top = Place(parse(text, source, log), "$", log).fields(Keys(required=("reminders",)))
    rules = [_rule(place) for place in top["reminders"].items()] if "reminders" in top else []
    if log.problems:
        raise DefinitionError(log.problems)
    return tuple(rules)


def _rule(place: Place) -> ReminderRule:
    fields = place.fields(_REMINDER)
    when = fields["when"].fields(_WHEN) if "when" in fields else {}
    on = fields["on"].word(("working_day", "same_day")) if "on" in fields else "working_day"
    notice = NoticeRule(
        name=text_of(fields, "name"),
        lifecycle=text_of(when, "lifecycle") or "cycle",
        events=(),
        entered=(),
        left=(),
        recipients=texts_of(fields, "to"),
        kind=NoticeKind.REMINDER,
        text=text_of(fields, "text"),
        how="job",
        cites=texts_of(fields, "cites"),
        place=f"{place.log.source}:{place.node.line}",
    )
    return ReminderRule(
        notice=notice,
        anchor=text_of(when, "of"),
        days=tuple(_integer(item) for item in when["days"].items()) if "days" in when else (),
        before=text_of(when, "before") or None,
        after=text_of(when, "after") or None,
        working_days_after=text_of(when, "working_days_after") or None,
        office_hours=on == "working_day",
        states=texts_of(when, "states"),
        unless=text_of(when, "unless") or None,
    )


def _integer(place: Place) -> int:
    value = place.node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    place.note("not-an-integer", f"{value!r} is no whole number of days")
    return 0

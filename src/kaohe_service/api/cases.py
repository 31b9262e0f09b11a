"""
One case and its events: what it is, what may be done and why not, what has happened, and doing it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kaohe_service.api.collections import COLLECTIONS, RESERVED
from kaohe_service.api.events import for_people, label_of, makes_a_case, newest_chart, offered
from kaohe_service.api.preconditions import seen_version, tag
from kaohe_service.api.shown import show_case
from kaohe_service.bodies import Bulk, Event
from kaohe_service.calls import Answer, Call
from kaohe_service.problems import shown
from kaohe_service.reasons import ReasonWriter
from kaohe_service.schemas import is_empty, name_of
from kaohe_service.scores import two_places
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Outcome, Receipt
from kaohe_workflow.errors import InputInvalid, Problem


def show(collection: str, call: Call) -> Answer:
    """The case as it is now; its version is the entity tag."""
    application = call.application
    case = application.cases.get(call.caller, COLLECTIONS[collection], call.path["id"])
    data = show_case(case, application.codec, application.catalogue)
    return Answer(data=two_places(data), headers={"ETag": tag(case.version)})


def explain(collection: str, call: Call) -> Answer:
    """What the caller may do with the case now, and why not."""
    application, lifecycle = call.application, COLLECTIONS[collection]
    explained = application.door.explain(call.caller, lifecycle, call.path["id"])
    writer = ReasonWriter.of(application.catalogue, lifecycle)
    payloads = application.catalogue.lifecycle(lifecycle).payloads
    described = {
        event: name_of(payloads[event])
        for event in offered(lifecycle, application.catalogue, creates=False)
        if not is_empty(payloads[event])
    }
    return Answer(
        data={
            "events": [
                writer.explained(one)
                | {
                    "payload": described.get(one.event),
                    "elsewhere": RESERVED.get(lifecycle, {}).get(one.event),
                }
                for one in for_people(lifecycle, application.catalogue, explained)
            ]
        }
    )


def history(collection: str, call: Call) -> Answer:
    """Every step of the case, oldest first."""
    application, lifecycle = call.application, COLLECTIONS[collection]
    entries = application.cases.history(call.caller, lifecycle, call.path["id"])
    writer = ReasonWriter.of(application.catalogue, lifecycle)
    return Answer(
        data={
            "steps": [
                application.codec.unstructure(entry)
                | {
                    "source_label": writer.state_label(entry.source),
                    "target_label": writer.state_label(entry.target),
                }
                for entry in entries
            ]
        }
    )


def create(collection: str, call: Call) -> Answer:
    """Make a case; the answer says where it is."""
    receipt = _send(collection, call, None, None)
    return Answer(
        status=201,
        data=show_receipt(call, receipt),
        headers={"Location": f"{call.target}/{receipt.id}", "ETag": tag(receipt.version)},
    )


def send(collection: str, call: Call) -> Answer:
    """
    Send an event to the case.

    Raises:
        VersionMissing: the caller does not say which version was seen.
    """
    receipt = _send(collection, call, call.path["id"], seen_version(call))
    return Answer(data=show_receipt(call, receipt), headers={"ETag": tag(receipt.version)})


def _send(collection: str, call: Call, case_id: str | None, version: int | None) -> Receipt:
    application, lifecycle, body = call.application, COLLECTIONS[collection], call.body
    assert isinstance(body, Event)  # the route says so
    payload = _payload_reader(call, lifecycle, body.event, case_id)
    if case_id is None and not makes_a_case(newest_chart(application.catalogue, lifecycle), body.event):
        told = f"该事项须对已有的一件办理：POST {call.target}/{{id}}/events"
        raise InputInvalid([Problem("$.event", "event-needs-case", told)])
    receipt = application.door.send(
        call.caller,
        lifecycle,
        case_id,
        body.event,
        payload(body.payload, "$.payload"),
        reason=body.reason,
        expected_version=version,
        idempotency_key=call.headers["Idempotency-Key"],
    )
    call.service.wake()
    return receipt


def send_many(collection: str, call: Call) -> Answer:
    """Send one event to many cases; a result for each, in order. What cannot be read at all stops everything."""
    application, lifecycle, body = call.application, COLLECTIONS[collection], call.body
    assert isinstance(body, Bulk)  # the route says so
    outcomes = application.door.send_many(
        call.caller,
        lifecycle,
        body.event,
        _items(call, lifecycle, body),
        all_or_nothing=body.all_or_nothing,
        idempotency_key=call.headers["Idempotency-Key"],
    )
    call.service.wake()
    pairs: Sequence[tuple[str, Outcome]] = list(zip((item.id for item in body.items), outcomes, strict=True))
    return Answer(
        data={
            "done": sum(isinstance(outcome, Done) for outcome in outcomes),
            "declined": sum(isinstance(outcome, Declined) for outcome in outcomes),
            "results": [_result(call, id, outcome) for id, outcome in pairs],
        }
    )


def _items(call: Call, lifecycle: str, body: Bulk) -> list[Item]:
    payload = _payload_reader(call, lifecycle, body.event, None)
    items: list[Item] = []
    problems: list[Problem] = []
    for index, item in enumerate(body.items):
        try:
            read = payload(item.payload, f"$.items[{index}].payload")
            items.append(Item(item.id, read, item.reason, item.version))
        except InputInvalid as ex:
            problems += ex.problems
    if problems:
        raise InputInvalid(problems)
    return items


def _payload_reader(
    call: Call, lifecycle: str, event: str, case_id: str | None
) -> Callable[[Mapping[str, Any], str], Any]:
    """What reads a payload of the event into its class, with the problems' places below the given one."""
    codec = call.application.codec
    if event in (reserved := RESERVED.get(lifecycle, {})):
        raise InputInvalid([Problem("$.event", "event-elsewhere", f"请使用 {reserved[event]}")])
    kind = call.application.catalogue.lifecycle(lifecycle).payloads.get(event)
    if kind is None:
        told = f"没有这一事项；{_events_there(call, lifecycle, case_id)}"
        raise InputInvalid([Problem("$.event", "event-unknown", told)])

    def read(plain: Mapping[str, Any], path: str) -> Any:
        try:
            return codec.structure(plain, kind)
        except InputInvalid as ex:
            raise InputInvalid(
                [
                    Problem(path + problem.path.removeprefix("$"), problem.code, problem.message)
                    for problem in ex.problems
                ]
            ) from ex

    return read


def _events_there(call: Call, lifecycle: str, case_id: str | None) -> str:
    """
    Which events there are for people: of the case in its present state, or of the collection.

    Raises:
        NotFound: no such case, or none that the caller may know of.
    """
    catalogue = call.application.catalogue
    if case_id is None:
        found = list(offered(lifecycle, catalogue, creates=isinstance(call.body, Event)))
    else:
        explained = call.application.door.explain(call.caller, lifecycle, case_id)
        elsewhere = RESERVED.get(lifecycle, {})
        found = [
            one.event for one in for_people(lifecycle, catalogue, explained) if one.event not in elsewhere
        ]
    chart = newest_chart(catalogue, lifecycle)
    told = "、".join(f"{event}（{label_of(chart, event)}）" for event in found)
    return f"{'可用的' if case_id is None else '当前状态'}有：{told or '无'}"


def show_receipt(call: Call, receipt: Receipt) -> dict[str, Any]:
    """A receipt with the label of the state reached."""
    writer = ReasonWriter.of(call.application.catalogue, receipt.lifecycle)
    plain: dict[str, Any] = call.application.codec.unstructure(receipt)
    return plain | {"state_label": writer.state_label(receipt.state)}


def _result(call: Call, id: str, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Done):
        return {"id": id, "receipt": show_receipt(call, outcome.receipt), "problem": None}
    application = call.application
    problem = shown(outcome.error, application.catalogue, application.clock.now())
    return {"id": id, "receipt": None, "problem": dict(problem.members)}

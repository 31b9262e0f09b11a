"""
What evaluation platforms ask and deliver.
"""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_service.api.cases import show_receipt
from kaohe_service.bodies import DeliveredPhoto, PersonNumber
from kaohe_service.calls import Answer, Call
from kaohe_workflow.application.platforms import Delivered
from kaohe_workflow.application.queries.practice import Offer
from kaohe_workflow.application.queries.to_sit import PaperToSit
from kaohe_workflow.application.send import Receipt


def find_papers(call: Call) -> Answer:
    """The papers that somebody has to sit; of a stranger there are none."""
    body: PersonNumber = call.body
    items = [_to_sit(call, one) for one in call.application.platforms.papers(body.id_number)]
    return Answer(data={"items": items})


def _to_sit(call: Call, one: PaperToSit) -> dict[str, Any]:
    paper, record = one.paper, one.paper.record
    how = attrs.asdict(one, recurse=False, filter=lambda field, _: field.name != "paper")
    return {
        "id": paper.id,
        "state": paper.state,
        "kind": record.kind.value,
        "stage": record.stage.value,
        "category": record.category.value if record.category else None,
        "level": record.level.value if record.level else None,
        "subjects": list(record.subjects),
        **call.application.codec.unstructure(how),
    }


def find_practice(call: Call) -> Answer:
    """What somebody may practise now; of a stranger there is nothing."""
    body: PersonNumber = call.body
    return _offered(call, call.application.practice.of_number(body.id_number))


def show_practice(call: Call) -> Answer:
    """What the caller may practise, and when."""
    return _offered(call, call.application.practice.offers(call.caller))


def _offered(call: Call, offers: tuple[Offer, ...]) -> Answer:
    return Answer(data={"items": [call.application.codec.unstructure(offer) for offer in offers]})


def deliver(event: str, call: Call) -> Answer:
    """A start, a hand-in or a score."""
    delivery = call.headers["X-Kaohe-Delivery"]
    receipt = call.application.platforms.deliver(call.caller, delivery, call.path["id"], event, call.body)
    return _received(call, receipt)


def deliver_photo(call: Call) -> Answer:
    """A photo of the sitting."""
    body: DeliveredPhoto = call.body
    photo = Delivered(
        taken_at=body.taken_at, name=body.name, similarity=body.similarity, content=body.picture
    )
    delivery = call.headers["X-Kaohe-Delivery"]
    return _received(
        call, call.application.platforms.deliver_photo(call.caller, delivery, call.path["id"], photo)
    )


def _received(call: Call, receipt: Receipt) -> Answer:
    data: dict[str, Any] = show_receipt(call, receipt)
    return Answer(data=data)

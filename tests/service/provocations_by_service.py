"""What provokes an error by how the service stands: what it cannot read, print, look into or keep."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import attrs
from falcon import testing

from kaohe_service.route import Route
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import RecordDamaged
from kaohe_workflow.testing.files import png
from kaohe_workflow.testing.printers import PlainPrinter
from tests.service.provocations_of_all import Provocation
from tests.service.provoked import Provoked


class DamagedCases:
    """What is stored of a case cannot be read."""

    def get(self, principal: Principal, lifecycle: str, case_id: str) -> Case:
        raise RecordDamaged(lifecycle, case_id)


def damaged(it: Provoked) -> testing.Result:
    """A case that cannot be read."""
    caller = attrs.evolve(it.as_("hospital"), app=it.over(cases=DamagedCases()).app)
    return caller.get(f"/api/v1/assessments/{it.ids['assessments']}")


def lacking(it: Provoked, route: Route) -> testing.Result:
    """A name that no font covers."""
    face = it.site.application.cases.get(SYSTEM, "affiliation", it.ids["physicians"]).record.name
    certificates = attrs.evolve(it.site.application.certificates, printer=PlainPrinter(face))
    caller = attrs.evolve(it.as_("hospital"), app=it.over(certificates=certificates).app)
    return it.ask(caller, route, version=it.version("certificates"))


def delivered(**parts: Any) -> Provocation:
    """A picture that a platform delivers, where files cannot be looked into or kept."""

    def provoke(it: Provoked, route: Route) -> testing.Result:
        application = it.site.application
        made = {name: make(it) for name, make in parts.items()}
        attachments = attrs.evolve(application.attachments, **made)
        site = it.over(platforms=attrs.evolve(application.platforms, attachments=attachments))
        photo = {"taken_at": "2024-01-04T00:00:00Z", "name": "1", "content": b64encode(png()).decode()}
        return it.ask(attrs.evolve(it.as_("platform"), app=site.app), route, body=photo)

    return provoke

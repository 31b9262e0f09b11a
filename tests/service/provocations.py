"""
A request for each error that the description names: who asks what, of a service in which state.

An error that follows from what a route is (who may ask, what comes in) is provoked in one way for all of them; what a
route refuses for a reason of its own stands in `OWN`, under operation and status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from falcon import testing

from kaohe_service.api.collections import COLLECTIONS
from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.testing.people import person
from tests.service.conftest import PASSWORD
from tests.service.provocations_by_body import (
    asked,
    asked_too_often,
    made,
    name_taken,
    no_json,
    not_permitted,
    refused,
    renumbered_too_often,
    sample,
)
from tests.service.provocations_by_history import (
    closed_paper,
    frozen,
    undecided,
    void,
)
from tests.service.provocations_by_log_in import (
    another_factor,
    disabled_account,
    disabled_meanwhile,
    no_code,
    no_factor,
    used_code,
    wrong_old_password,
)
from tests.service.provocations_by_service import damaged, delivered, lacking
from tests.service.provocations_of_all import OF_ALL, Provocation, others_are_busy
from tests.service.provoked import SOME_ID, Busy, FullContents, Provoked

DOERS = {
    "departments": "hospital",
    "enrolment-lists": "hospital",
    "recusals": "agency",
    "amendments": "hospital",
    "announcements": "county",
}
"""Collection → who can send something to its case and is refused by a rule; the province elsewhere."""


FURTHER: tuple[Callable[[Provoked], testing.Result], ...] = (
    no_json,
    no_code,
    used_code,
    no_factor,
    not_permitted,
    lambda it: it.as_("hospital").get("/api/v1/nothing"),
    lambda it: it.as_("hospital").ask("PATCH", "/api/v1/home"),
    name_taken,
    damaged,
    frozen,
    void,
)
"""Errors of a status that is provoked in another way already, and those that belong to no operation."""


OWN: Mapping[tuple[str, int], Provocation] = {
    ("log-in", 401): asked("nobody", body={"account": "nobody-here", "password": "Red-Hill-49"}),
    ("activate", 401): asked("nobody", body={"account": "nobody-here", "code": "AAAA-AAAA-AAAA-AAAA"}),
    **{(f"deliver-{what}", 409): closed_paper for what in ("start", "hand-in", "score", "photo")},
    ("deliver-photo", 429): delivered(inspect=lambda it: Busy(it.site.application).refuse),
    ("deliver-photo", 507): delivered(contents=lambda it: FullContents()),
    ("set-password", 409): wrong_old_password,
    ("set-password", 429): others_are_busy,
    ("reveal-number", 409): disabled_meanwhile,
    **{(f"export-{name}", 409): disabled_meanwhile for name in EXPORTS},
    ("propose-second-factor", 409): another_factor,
    ("confirm-second-factor", 409): asked("county"),
    ("remove-second-factor", 409): asked("county", body={"password": PASSWORD, "code": "000000"}),
    ("issue-code", 409): disabled_account,
    ("issue-code", 429): others_are_busy,
    ("import-roster", 404): asked("province", query=f"mode=preview&institution_id={SOME_ID}"),
    ("import-roster", 429): others_are_busy,
    ("import-scores", 429): others_are_busy,
    ("show-progress", 404): asked("hospital", query=f"cycle_id={SOME_ID}"),
    ("show-statistics", 404): asked("hospital", query=f"cycle_id={SOME_ID}&by=procedure"),
    ("show-statistics-sheet", 404): asked("hospital", query=f"cycle_id={SOME_ID}&by=procedure"),
    ("print-certificate", 409): lacking,
    ("show-certificate-document", 409): asked("hospital"),
    ("show-written-notice", 409): undecided,
    ("show-written-answer", 409): asked("hospital"),
    ("create-institutions", 404): made("county", "create", superior_id=SOME_ID, name="无", kind="medical"),
    ("create-institutions", 409): made(
        "county", "create", superior_id="{county}", name="无", kind="province"
    ),
    ("create-agency-applications", 404): made(
        "county", "open_permission", institution_id=SOME_ID, cycle_id="{cycles}"
    ),
    ("create-agency-applications", 409): made(
        "county", "open_permission", institution_id="{institutions}", cycle_id="{cycles}"
    ),
    ("create-enrolment-lists", 404): made("hospital", "submit", institution_id=SOME_ID, cycle_id="{cycles}"),
    ("create-enrolment-lists", 409): made(
        "hospital", "submit", institution_id="{institutions}", cycle_id="{cycles}"
    ),
    ("create-departments", 404): made("hospital", "create", institution_id=SOME_ID, name="外科"),
    ("create-departments", 409): made("hospital", "create", institution_id="{institutions}", name="内科"),
    ("create-accounts", 404): made(
        "county", "create", institution_id=SOME_ID, kind="organisation", login="somebody", shared=True
    ),
    ("create-accounts", 409): made(
        "hospital",
        "create",
        institution_id="{institutions}",
        kind="organisation",
        login="somebody",
        shared=True,
    ),
    ("create-physicians", 404): made(
        "hospital", "add", institution_id=SOME_ID, name="某某", id_number=person(90).id_number
    ),
    ("create-physicians", 409): made(
        "city", "add", institution_id="{institutions}", name="某某", id_number=person(0).id_number
    ),
    ("create-physicians", 429): asked_too_often(
        "county", "add", institution_id="{institutions}", name="某某", id_number=person(0).id_number
    ),
    ("create-amendments", 429): renumbered_too_often,
    ("create-amendments", 404): made(
        "physician", "create", physician_id=SOME_ID, field="licensed_on", value="1993-12-31", attachments=[]
    ),
    ("create-amendments", 409): made(
        "physician",
        "create",
        physician_id="{physicians}",
        field="licensed_on",
        value="1993-12-31",
        attachments=[],
    ),
    ("create-exemptions", 404): sample("physician", assessment_id=SOME_ID),
    ("create-exemptions", 409): sample("physician", assessment_id="{assessments}"),
    ("create-deferrals", 404): sample("physician", assessment_id=SOME_ID),
    ("create-deferrals", 409): sample("physician", assessment_id="{assessments}"),
    ("create-marks", 404): sample("hospital", assessment_id=SOME_ID),
    ("create-marks", 409): sample("hospital", assessment_id="{assessments}"),
    ("create-recusals", 404): made("agency", "declare", assessment_id=SOME_ID),
    ("create-recusals", 409): made("agency", "declare", assessment_id="{assessments}"),
    ("create-spot-checks", 409): sample("agency", institution_id="{institutions}", cycle_id="{cycles}"),
    ("create-reviews", 404): sample("physician", assessment_id=SOME_ID),
    ("create-reviews", 409): sample("physician", assessment_id="{assessments}"),
    **{(f"send-{collection}", 409): refused(DOERS.get(collection, "province")) for collection in COLLECTIONS},
}
"""Operation and status → how it is provoked where the route has reasons of its own."""


def provocation(operation: str, status: int) -> Provocation:
    """The request that makes an operation answer with a status; KeyError where nobody knows one."""
    return OWN.get((operation, status)) or OF_ALL[status]

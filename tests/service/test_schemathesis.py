"""Whatever the description allows or forbids, whoever sends it: the answer is one that the description knows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.media import JPEG, PDF, PNG, XLSX
from kaohe_service.openapi import describe
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import NotFound
from tests.service.conftest import Caller, Site, fill, make_site

load_all_checks()
EXCLUDED = (
    # A sound number of a person or a name cannot be told from others by a schema, nor which of two events a
    # state allows; and a cursor is only good if it was written here.
    "positive_data_acceptance",
    # Needs requests that depend on each other; the crawl in test_routes asks this of every route.
    "use_after_free",
    "ensure_resource_availability",
)
CHECKED = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in EXCLUDED]
EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 30

ROLES = ("physician", "hospital", "agency", "county", "city", "province", "auditor", "init_only", "nobody")
"""Who sends a request: one of each kind of session, and somebody who has none."""

VERSIONS = ("seen", "any", "as drawn")
"""Which version a request says that it has seen: the present one, whichever there is, or what the schema gave."""


@attrs.define
class Tried:
    """A site with a case of every kind, for requests that change what they like; and who asks it."""

    site: Site
    ids: Mapping[str, str]
    callers: dict[str, Caller] = attrs.field(factory=dict)

    def token(self, role: str, operation: str) -> str | None:
        """The token of a role's session: a new one where the last has ended, or where it is to be ended."""
        if role == "nobody":
            return None
        caller = self.callers.get(role)
        ended = caller is None or self.site.application.accounts.authenticate(str(caller.token)) is None
        if ended or operation == "log-out":
            self.callers[role] = self._session(role)
        return self.callers[role].token

    def _session(self, role: str) -> Caller:
        world = self.site.world
        if role == "physician":
            return self.site.as_physician(self.ids["physicians"])
        if role == "auditor":
            return self.site.as_auditor(world.county)
        if role == "init_only":
            return self.site.init_only(world.agency)
        return self.site.as_organisation(getattr(world, role))

    def version(self, collection: str) -> int:
        """The present version of the case of a collection, 1 where it is gone."""
        try:
            return self.site.application.cases.get(
                SYSTEM, COLLECTIONS[collection], self.ids[collection]
            ).version
        except NotFound:
            return 1


@pytest.fixture(scope="module")
def tried() -> Tried:
    """The site that this worker's requests go to."""
    site = make_site()
    return Tried(site, fill(site))


SENT = schemathesis.openapi.from_dict(describe(load_catalogue()))


@schemathesis.serializer(XLSX, PDF, JPEG, PNG)
def _as_it_is(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def meant(case: schemathesis.Case, tried: Tried, version: str) -> None:
    """Let a request that the description allows be about something that is there, in the version that is there."""
    collection = next(iter(case.operation.tags or ()), "")
    if "id" not in (case.path_parameters or {}) or collection not in tried.ids:
        return
    case.path_parameters["id"] = tried.ids[collection]
    if "If-Match" in case.headers and version != "as drawn":
        case.headers["If-Match"] = "*" if version == "any" else f'"{tried.version(collection)}"'


@SENT.given(role=st.sampled_from(ROLES), known=st.integers(0, 3).map(bool), version=st.sampled_from(VERSIONS))
@SENT.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_description_says_is_what_happens(
    case: schemathesis.Case, tried: Tried, role: str, known: bool, version: str
) -> None:
    """Sound and unsound requests of every route: documented statuses, types and bodies, never an error of ours."""
    if known and case.meta is not None and case.meta.generation.mode.is_positive:
        meant(case, tried, version)
    token = tried.token(role, str(case.operation.definition.raw.get("operationId")))
    session = {} if token is None else {"Authorization": f"Bearer {token}"}
    case.operation.app = case.operation.schema.app = tried.site.app
    case.call_and_validate(headers={"Host": "localhost"} | session, checks=CHECKED)

"""A service that can be made to fail, and requests that are in order but for one thing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import attrs
import pytest
from falcon import testing

import kaohe_service.app
from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.app import WsgiApp, create_app
from kaohe_service.bodies import AttachmentBody, FileBody
from kaohe_service.parameters import RequestParameter
from kaohe_service.route import Route
from kaohe_service.routes import by_path
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.signatures import signature
from kaohe_workflow.errors import StorageFull, StoreUnavailable, TooManyTries
from kaohe_workflow.testing.files import pdf
from tests.service.conftest import Caller, Site, fill, make_site
from tests.service.samples import Samples

SOME_ID = "01he469xm0d20q3yqgwnhqgf8m"
NO_CODE = "A" * 26
MANY = 70
"""More requests than any pace allows at once."""


@attrs.define
class SwitchedStore:
    """A store that does not answer while it is ``gone``."""

    store: Store
    gone: bool = False

    def begin(self, *, write: bool = True, wait: bool = True) -> UnitOfWork:
        self.ready()
        return self.store.begin(write=write, wait=wait)

    def ready(self) -> None:
        if self.gone:
            raise StoreUnavailable("switched off")

    def close(self) -> None:
        self.store.close()


class FullContents:
    """No room for files."""

    def keep(self, content: bytes) -> str:
        raise StorageFull("there is no room")


@attrs.frozen
class Busy:
    """Passwords and sheets are looked at by others just now."""

    application: Application

    def refuse(self, *_: Any) -> Any:
        raise TooManyTries(self.application.clock.now() + timedelta(seconds=5))

    hash = matches = refuse

    def outdated(self, hashed: str) -> bool:
        return False


@attrs.frozen
class Signer(Caller):
    """An evaluation platform, which signs what it sends."""

    key: PlatformKey = attrs.field(kw_only=True)
    clock: Clock = attrs.field(kw_only=True)

    def ask(self, method: str, path: str, body: Any = None, **given: Any) -> testing.Result:
        """Send a signed request, each under a name of its own."""
        content = given.pop("content", None)
        sent = content if content is not None else json.dumps(body).encode()
        at, key = int(self.clock.now().timestamp()), self.key
        delivery = f"delivery-{next(_COUNTED)}"
        headers = {
            "Content-Type": "application/json",
            "X-Kaohe-Key": key.id,
            "X-Kaohe-Timestamp": str(at),
            "X-Kaohe-Delivery": delivery,
            "X-Kaohe-Signature": signature(key.secret, key.id, at, delivery, method, path, sent),
        } | dict(given.pop("headers", None) or {})
        return super().ask(method, path, headers=headers, content=sent, **given)


_COUNTED = count()


@attrs.define
class Provoked:
    """A site with a case of every kind, its callers, and the ways in which the service itself can fail."""

    site: Site
    ids: Mapping[str, str]
    store: SwitchedStore
    samples: Samples
    broken: WsgiApp
    callers: dict[str, Caller] = attrs.field(factory=dict)

    @classmethod
    def make(cls, samples: Samples) -> Provoked:
        """A new one."""
        stores: list[SwitchedStore] = []

        def around(store: Store) -> Store:
            stores.append(SwitchedStore(store))
            return stores[0]

        site = make_site(around)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kaohe_service.app, "by_path", _spoilt)
            broken = create_app(site.application)
        return cls(site, fill(site), stores[0], samples, broken)

    def as_(self, who: str) -> Caller:
        """A session of somebody, or none."""
        if who == "nobody":
            return self.site.nobody()
        if who not in self.callers:
            self.callers[who] = self._session(who)
        return self.callers[who]

    def _session(self, who: str) -> Caller:
        world = self.site.world
        if who == "platform":
            key = self.site.application.platforms.add("examiner")
            return Signer(self.site.app, key=key, clock=world.clock)
        if who == "physician":
            return self.site.as_physician(self.ids["physicians"])
        if who == "auditor":
            return self.site.as_auditor(world.county)
        if who == "init_only":
            return self.site.init_only(world.agency)
        return self.site.as_organisation(getattr(world, who))

    def over(self, **changed: Any) -> Site:
        """The same world behind a service with other parts."""
        application = attrs.evolve(self.site.application, **changed)
        return attrs.evolve(self.site, app=create_app(application))

    @contextmanager
    def store_gone(self) -> Iterator[None]:
        """A block in which the store does not answer."""
        self.store.gone = True
        yield
        self.store.gone = False

    def version(self, collection: str) -> int:
        """The present version of the collection's case."""
        return self.site.application.cases.get(SYSTEM, COLLECTIONS[collection], self.ids[collection]).version

    def bodies(self, route: Route) -> list[Any]:
        """A body for each alternative that the description names."""
        if route.body is None or isinstance(route.body, FileBody | AttachmentBody):
            return [None]
        operation = self.samples.document["paths"][route.path][route.method.lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        return [self.samples.of(one) for one in schema.get("oneOf", [schema])]

    def ask(self, caller: Caller, route: Route, **given: Any) -> testing.Result:
        """
        A request that is in order but for what is ``given``: id, version, query, headers, host, content, body, type.

        ``version`` None leaves it out.
        """
        id = given.get("id", self.ids.get(route.tag, SOME_ID))
        headers = dict(given.get("headers", {}))
        if (version := given.get("version", 1)) is not None and _takes(route, "If-Match"):
            headers["If-Match"] = f'"{version}"'
        content = given.get("content", _content(route))
        if content is not None:
            headers["Content-Type"] = given.get("type", _type(route))
        return caller.ask(
            route.method,
            _path(route, id),
            None if content is not None else given.get("body", self.bodies(route)[0]),
            headers=headers,
            query=given.get("query", self.query(route)),
            content=content,
            host=given.get("host", "localhost"),
        )

    def query(self, route: Route) -> str:
        """The query that the route cannot do without."""
        asked = (one for one in route.parameters if one.place == "query" and one.required)
        return "&".join(f"{one.name}={self._value(one)}" for one in asked)

    def _value(self, parameter: RequestParameter) -> str:
        if "enum" in parameter.schema:
            return str(parameter.schema["enum"][0])
        if parameter.schema.get("type") == "integer":
            return str(parameter.schema["minimum"])
        return "2024-01-03" if parameter.schema.get("format") == "date" else self.ids["cycles"]


def _fails(_: Any) -> Any:
    raise ZeroDivisionError


def _spoilt(catalogue: Catalogue) -> Mapping[str, Mapping[str, Route]]:
    """The table of routes, with nothing behind them that works."""
    return {
        path: {method: attrs.evolve(route, resource=_fails) for method, route in routes.items()}
        for path, routes in by_path(catalogue).items()
    }


def _takes(route: Route, name: str) -> bool:
    return any(parameter.name == name for parameter in route.parameters)


def _path(route: Route, id: str) -> str:
    path = route.path.replace("{id}", id).replace("{file}", SOME_ID)
    return path.replace("{name}", "start.js").replace("{code}", NO_CODE)


def _content(route: Route) -> bytes | None:
    if isinstance(route.body, AttachmentBody):
        return pdf()
    return "姓名,证件号码\n".encode() if isinstance(route.body, FileBody) else None


def _type(route: Route) -> str:
    if isinstance(route.body, AttachmentBody):
        return "application/pdf"
    return "text/csv" if isinstance(route.body, FileBody) else "application/json"

"""Who asks the service in its tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs
from falcon import testing

from kaohe_service.app import WsgiApp


@attrs.frozen
class Caller:
    """Somebody who sends requests, with a session or without."""

    app: WsgiApp
    token: str | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: str | None = None,
        content: bytes | None = None,
        host: str = "localhost",
    ) -> testing.Result:
        """Send a request; ``body`` as JSON, or ``content`` as it is."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        return testing.simulate_request(
            self.app, method, path, headers=sent, body=content, query_string=query, host=host
        )

    def get(self, path: str, query: str | None = None) -> testing.Result:
        """Ask for something that is there."""
        return self.ask("GET", path, query=query)

    def send(
        self, path: str, event: str, payload: Any = None, *, version: int | None = None, **more: Any
    ) -> testing.Result:
        """Send an event, to a case if its version is given."""
        headers = dict(more.pop("headers", {}))
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        body = {"event": event, "payload": payload or {}} | more
        return self.ask("POST", path, body, headers=headers)

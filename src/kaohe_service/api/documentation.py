"""
The description of this API, and a page to read it with.

The page is the bundled Swagger UI. Nothing is loaded from elsewhere and no script stands in the page, so that the
content policy can forbid both.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kaohe_service.calls import Answer, Call
from kaohe_workflow.errors import NotFound

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""The page's own content policy: its style sheet holds pictures as data."""

PATH = "/docs"

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <title>kaohe API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
"""

START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null
});
"""

ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}
"""Files beside the page, and their types."""


def show_root(call: Call) -> Answer:
    """The way to the page, for whoever opens the service's address in a browser."""
    return Answer(status=303, headers={"Location": PATH})


def show_document(call: Call) -> Answer:
    """The OpenAPI description."""
    return Answer(content=call.service.document)


def show_page(call: Call) -> Answer:
    """The page."""
    return Answer.page(PAGE, POLICY)


def show_asset(call: Call) -> Answer:
    """
    A file of the page.

    Raises:
        NotFound: there is no such file.
    """
    name = call.path["name"]
    if name not in ASSETS:
        raise NotFound("asset", name)
    content = START.encode() if name == "start.js" else _bundled(name)
    return Answer(content=content, content_type=ASSETS[name])


@cache
def _bundled(name: str) -> bytes:
    return (files("kaohe_service") / "vendor" / "swagger-ui" / name).read_bytes()

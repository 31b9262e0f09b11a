"""
What can be wrong with an HTTP request before it reaches a use case.

    RequestError (KaoheError)
    ├── BodyMalformed        not JSON, or JSON that is refused; carries its problems
    ├── BodyTooLarge
    ├── MediaTypeRefused     content type, charset or content encoding
    ├── HostMalformed        the Host header names no single host
    ├── HostUnknown          the Host header is not one of ours
    ├── SessionMissing       no session, or one that has ended
    ├── PasswordFirst        a session that may only set the first password
    ├── CrossSite            a browser sends from a page of another site
    └── VersionMissing       If-Match is demanded
"""

from __future__ import annotations

from kaohe_workflow.errors import KaoheError, Problem


class RequestError(KaoheError):
    """The request itself is wrong; nothing has changed."""

    code = "request-invalid"


class BodyMalformed(RequestError):
    """The body is no JSON, or JSON of a kind that is refused; ``problems`` say where."""

    code = "body-malformed"

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        super().__init__(str(problem))


class BodyTooLarge(RequestError):
    """The body is longer than ``maximum`` bytes."""

    code = "body-too-large"

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(f"the body is longer than {maximum} bytes")


class MediaTypeRefused(RequestError):
    """The body is of another type, charset or encoding than the ``wanted`` ones."""

    code = "media-type-refused"

    def __init__(self, *wanted: str) -> None:
        self.wanted = wanted
        super().__init__(f"the body must be {' or '.join(wanted)}")


class HostMalformed(RequestError):
    """The Host header is no host with a port, or there are two."""

    code = "host-malformed"


class HostUnknown(RequestError):
    """The request was sent to a name that is not ours."""

    code = "host-unknown"


class SessionMissing(RequestError):
    """There is no session, or it has ended."""

    code = "session-missing"


class PasswordFirst(RequestError):
    """The session was opened by an activation code: it may set the first password and nothing else."""

    code = "password-first"


class FactorFirst(RequestError):
    """The province has such an account log in with a second factor: the session may set that up and nothing else."""

    code = "second-factor-first"


class CrossSite(RequestError):
    """A browser sends an unsafe request from a page of another site."""

    code = "cross-site"


class VersionMissing(RequestError):
    """An event is sent to a case without saying which version of it was seen (If-Match)."""

    code = "version-missing"

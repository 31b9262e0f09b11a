"""
A whole process: the application opened as the settings say, the service over it, the worker beside it.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import waitress

from kaohe_service.app import WsgiApp, create_app
from kaohe_service.media import FORM_OVERHEAD, MAXIMUM_FILE
from kaohe_service.settings import Settings
from kaohe_service.worker import STOP_SECONDS, Worker
from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.likeness import NoLikeness, ProgramLikeness
from kaohe_workflow.adapters.mail import MailCarrier
from kaohe_workflow.adapters.webhooks import WebhookCarrier
from kaohe_workflow.adapters.wiring import VERIFICATION_BASE, attachment_folder_of, open_application
from kaohe_workflow.application.accounts.accepted_risk import record_acceptance
from kaohe_workflow.application.accounts.first_password import unfenced, warning
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.likeness import Likeness
from kaohe_workflow.application.ports import Carrier, Jobs
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.values.notices import ChannelKind
from kaohe_workflow.values.windows import local_date

MEMORY = "memory:"
"""The address of a store that no other process sees."""

LOG = logging.getLogger("kaohe.service")

WAITRESS: dict[str, Any] = {
    "threads": 16,
    "connection_limit": 1000,
    "asyncore_use_poll": True,
    "channel_timeout": 30,
    "cleanup_interval": 10,
    "max_request_header_size": 16_384,
    "max_request_body_size": MAXIMUM_FILE + FORM_OVERHEAD,
    "channel_request_lookahead": 0,
    "ident": "",
    "expose_tracebacks": False,
    "clear_untrusted_proxy_headers": True,
}
"""
How waitress is set: its own defaults let 100 slow clients block everybody, and take bodies of a gigabyte.
"""


def open_from(settings: Settings) -> Application:
    """
    The application that the settings describe, with the keys of an installation that is there.

    Raises:
        DefinitionError: keys, a chart, a policy or a parameter is wrong.
        StoreUnavailable: the database does not answer.
    """
    keys = Keys.parse(settings.keys) if settings.keys else Keys.in_home(settings.home, makes=False)
    application = open_application(
        settings.database,
        keys,
        province=settings.province,
        verification_base=settings.verification_base or VERIFICATION_BASE,
        font_folder=settings.font_folder,
        attachment_folder=settings.attachment_folder
        or attachment_folder_of(settings.database, settings.home),
        carriers=carriers(settings),
        first_password=settings.first_password,
        likeness=likeness(settings),
    )
    check_first_password(application, settings)
    return application


def check_first_password(application: Application, settings: Settings) -> None:
    """
    See that one first password for all, where the province allows it, is fenced; say so in the log, and write down who
    has taken the risk, once for each text.

    Raises:
        DefinitionError: it is allowed and not fenced (``first-password-unfenced``); nothing is started then.
    """
    today = local_date(application.clock.now())
    if problems := unfenced(application.catalogue, settings.first_password, today):
        application.store.close()
        raise DefinitionError(problems)
    if (said := warning(application.catalogue, today)) is not None:
        LOG.warning("%s（%s）", said, settings.first_password.accepted_risk)
        record_acceptance(application.door, settings.first_password, today)


def likeness(settings: Settings) -> Likeness:
    """What compares faces: the program that is named, or nothing."""
    if not settings.face_command:
        return NoLikeness()
    return ProgramLikeness(SystemClock(), settings.face_command, settings.face_source)


def carriers(settings: Settings) -> dict[ChannelKind, Carrier]:
    """What carries notices out of their inboxes: webhooks always, mail where there is a server to hand it in."""
    found: dict[ChannelKind, Carrier] = {
        ChannelKind.WEBHOOK: WebhookCarrier(SystemClock(), settings.webhook_networks)
    }
    if settings.smtp is not None:
        found[ChannelKind.MAIL] = MailCarrier(settings.smtp, settings.mail_from)
    return found


@contextmanager
def working(application: Application, settings: Settings) -> Iterator[WsgiApp]:
    """The service over an application, with its worker and its jobs running until the end of the block."""
    with _jobs(application, settings) as jobs, ExitStack() as stack:
        tidying = (
            application.timers.sweep,
            application.photo_retention.clear_away_daily,
            application.attachments.clear_away,
            application.retention.clear_away,
            application.orphans.clear_away_daily,
        )
        workers = [Worker(jobs.work, *tidying), Worker(application.deliveries.deliver)]

        def wake() -> None:
            for worker in workers:
                worker.wake()

        app = create_app(application, allowed_hosts=settings.allowed_hosts, wake=wake)
        for worker in workers:
            worker.start()
            stack.callback(_stop, worker)
        yield app


def _stop(worker: Worker) -> None:
    if not worker.stop():
        LOG.warning("a worker is still busy; what it has not finished is found again at the next start")


@contextmanager
def _jobs(application: Application, settings: Settings) -> Iterator[Jobs]:
    """Who does the jobs: a queue that all processes of the database share; where there is one process, its worker."""
    if settings.database == MEMORY:
        yield application.timers
        return
    from kaohe_workflow.adapters.durable_jobs import DurableJobs  # takes a second to load

    jobs = DurableJobs(
        application.timers.pages, settings.database, name=settings.worker, clock=application.clock
    )
    jobs.start()
    try:
        yield jobs
    finally:
        if not jobs.stop(STOP_SECONDS):
            LOG.warning("a job is still on its way; it goes on at the next start")


def serve(application: Application, settings: Settings, *, announce: Callable[[str], None]) -> None:
    """
    Serve until SIGTERM or SIGINT; requests on their way are answered first.

    Args:
        announce: called with the address once the socket is open.
    """
    with working(application, settings) as app:
        server = waitress.create_server(app, **server_options(settings))
        with _ended_by(signal.SIGTERM, signal.SIGINT):
            announce(f"http://{_authority(server.effective_host, server.effective_port)}")
            try:
                # Ends when a signal handler raises SystemExit, and waits for the requests on their way.
                server.run()
            finally:
                server.close()


def server_options(settings: Settings) -> dict[str, Any]:
    """How waitress is started; forwarding headers count only where a proxy is named."""
    options = WAITRESS | {"host": settings.host, "port": settings.port}
    if settings.trusted_proxy is not None:
        options |= {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return options


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@contextmanager
def _ended_by(*signals: signal.Signals) -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, end) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

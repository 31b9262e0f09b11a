"""
Every address of the service, in one table: method, path, who may ask, what comes in, what goes out.

A route is documented, checked and served from its row alone; tests ask of every row that it is authorised, described
and tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.collection_routes import collection_routes
from kaohe_service.route import Route
from kaohe_service.routes import (
    agencies,
    attachments,
    completeness,
    departments,
    disclosures,
    former,
    imports,
    inbox,
    jobs,
    operation,
    pages,
    planning,
    platforms,
    reports,
    second_factor,
    sessions,
    verifications,
    working_days,
)
from kaohe_workflow.application.catalogue import Catalogue


def table(catalogue: Catalogue) -> tuple[Route, ...]:
    """The table; which words the filters of lists take, the catalogue's charts say."""
    return (
        *sessions.ROUTES,
        *second_factor.ROUTES,
        *pages.ROUTES,
        *completeness.ROUTES,
        *former.ROUTES,
        *departments.ROUTES,
        *disclosures.disclosure_routes(catalogue),
        *verifications.ROUTES,
        *agencies.ROUTES,
        *inbox.ROUTES,
        *jobs.job_routes(catalogue),
        *working_days.ROUTES,
        *planning.ROUTES,
        *reports.ROUTES,
        *imports.ROUTES,
        *attachments.ROUTES,
        *platforms.ROUTES,
        *collection_routes(catalogue),
        *operation.ROUTES,
    )


def by_path(catalogue: Catalogue) -> Mapping[str, Mapping[str, Route]]:
    """Path → method → route, in the table's order."""
    found: dict[str, dict[str, Route]] = {}
    for route in table(catalogue):
        found.setdefault(route.path, {})[route.method] = route
    return found

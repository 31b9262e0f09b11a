"""
What an errand of each kind does on a page, and how: one row a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.certificates import Certificates
from kaohe_workflow.application.jobs.activations import PORTION as SHEET
from kaohe_workflow.application.jobs.activations import ActivationSheets
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Errand
from kaohe_workflow.errors import KaoheError, StoreUnavailable
from kaohe_workflow.values.errands import ErrandKind

File = tuple[str, bytes]
"""Name and content."""

Reserve = Callable[[UnitOfWork, str], datetime | None]
"""Counts the next page of an account, and answers None; or tells when there may be one."""


@attrs.frozen
class Part:
    """What a page has come to: how many things it has gone through, how many were refused, the files of the rest."""

    passed: int
    refused: int
    files: tuple[File, ...]


@attrs.frozen
class Kind:
    """
    How the errands of one kind go on.

    ``work`` does a page of ``portion`` things. Without ``reserve`` pages follow each other at once. ``once`` are those
    whose files are given out once, and not for long.
    """

    work: Callable[[Principal, Errand, Sequence[str]], Part]
    portion: int
    reserve: Reserve | None = None
    once: bool = False


def kinds_of(certificates: Certificates, sheets: ActivationSheets, portion: int) -> Mapping[ErrandKind, Kind]:
    """All kinds, over what does them; ``portion`` is how many certificates go on a page."""
    return {
        ErrandKind.CERTIFICATES: Kind(partial(print_some, certificates), portion),
        ErrandKind.ACTIVATIONS: Kind(partial(activate_some, sheets), SHEET, sheets.reserve, once=True),
    }


def print_some(certificates: Certificates, principal: Principal, errand: Errand, ids: Sequence[str]) -> Part:
    """
    Print certificates and set their pages; one that is refused, for whatever reason, is counted and left out.

    Each is printed under a key of its own, so that a page that is done again after a kill prints nothing twice.

    Raises:
        StoreUnavailable: the store does not answer; the page is done again.
    """
    faces = []
    for id in ids:
        try:
            certificates.issue(principal, id, idempotency_key=f"{errand.id}/{id}")
            faces.append(certificates.page(principal, id))
        except StoreUnavailable:
            raise
        except KaoheError:
            continue
    pages = zip(faces, certificates.printer.pdfs(faces), strict=True)
    files = tuple((f"{face.number}.pdf", page) for face, page in pages if page is not None)
    return Part(len(ids), len(ids) - len(files), files)


def activate_some(sheets: ActivationSheets, principal: Principal, errand: Errand, ids: Sequence[str]) -> Part:
    """
    Issue activation codes and put them on a sheet; whoever is refused is counted and left out.

    Raises:
        StoreUnavailable: the store does not answer; the page is done again, with other codes.
    """
    number, sheet = sheets.sheet(principal, ids)
    files = () if sheet is None else ((f"开通单{len(errand.parts) + 1}.xlsx", sheet),)
    return Part(len(ids), len(ids) - number, files)

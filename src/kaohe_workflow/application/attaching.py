"""
Files that events name, at the door: nobody names what he has not handed in, or what the rules put before him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.attached import named_files
from kaohe_workflow.application.lines import Line
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Attachment
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark
from kaohe_workflow.statechart.deciding import Fired
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import AccountKind


def is_own(principal: Principal, attachment: Attachment) -> bool:
    """
    Whether a file is the caller's to name: the account's own, or of a colleague in the same organisation.

    An operator of some departments does not know whom a colleague's file is about.
    A physician's file is the physician's alone, whichever account or institution it was handed in from.
    """
    if attachment.account_id == principal.account_id:
        return True
    if attachment.physician_id is not None:
        return attachment.physician_id == principal.physician_id
    organised = (
        principal.kind is AccountKind.ORGANISATION
        and not principal.is_limited
        and principal.organisation_id is not None
    )
    return organised and attachment.institution_id == principal.organisation_id


def check_files(unit: UnitOfWork, principal: Principal, lines: Sequence[Line]) -> None:
    """
    End the way of every line whose payload names a file that is not the caller's: ``attachment-unknown``.

    What the case names already may be named again, whoever handed it in: an application that is made again, a draft
    that a colleague goes on with. Whoever marks a paper, or decides about it, names the photos that were delivered for
    it (手册 2.2.9). What the system sends was looked at when somebody sent what it follows from. Each line keeps the
    digests of its files, for the step that names them.
    """
    named = [(line, files) for line in lines if (files := named_files(line.item.payload))]
    if not named:
        return
    found = unit.attachments([id for _, files in named for _, id in files])
    for line, files in named:
        line.files = {id: found[id].digest for _, id in files if id in found}
    if principal.is_system:
        return
    delivered = _photos_of_papers(unit, [line for line, _ in named])
    for line, files in named:
        known = frozenset(file for _, file in named_files(line.before.record)) if line.before else frozenset()
        known |= delivered.get(id(line), frozenset())
        problems = [
            Problem(f"$.payload{path}", "attachment-unknown", "没有这个文件，或不是本账户上传的")
            for path, file in files
            if file not in found or (file not in known and not is_own(principal, found[file]))
        ]
        if problems:
            line.error = InputInvalid(problems)


def _photos_of_papers(unit: UnitOfWork, lines: Sequence[Line]) -> Mapping[int, frozenset[AttachmentId]]:
    """
    Of each line that judges a sitting, the photos that were delivered for its paper; by the identity of the line.

    Whoever may send the event sees the paper, which must be one of the assessment that the sender is authorised for.
    """
    papers = {id(line): paper for line in lines if (paper := _paper_of(line)) is not None}
    found = unit.read("evaluation", sorted({paper for paper, _ in papers.values()})) if papers else {}
    return {
        line: frozenset(photo.file for photo in case.record.photos if photo.file is not None)
        for line, (paper, assessment) in papers.items()
        if (case := found.get(paper)) is not None and case.record.assessment_id == assessment
    }


def _paper_of(line: Line) -> tuple[str, str] | None:
    """The paper whose sitting is judged, and its assessment; of a mark that is there those that it names already."""
    if not isinstance(line.item.payload, Mark | Confirm):
        return None
    source: Any = line.before.record if line.before is not None else line.item.payload
    paper, assessment = (getattr(source, name, None) for name in ("evaluation_id", "assessment_id"))
    return (paper, assessment) if paper and assessment else None


RELEASING = frozenset({("evaluation", "drop_photos")})
"""Events after which nothing names the files that they take out of a record; elsewhere another case may."""


def released_by(lifecycle: str, event: str, lines: Sequence[Line]) -> tuple[AttachmentId, ...]:
    """The files that the records of these lines name no more, and nothing else does."""
    if (lifecycle, event) not in RELEASING:
        return ()
    fired = [line for line in lines if isinstance(line.outcome, Fired) and line.before and line.after]
    before = {id: None for line in fired if line.before for _, id in named_files(line.before.record)}
    after = {id for line in fired if line.after for _, id in named_files(line.after.record)}
    return tuple(id for id in before if id not in after)


def files_of(lines: Sequence[Line]) -> tuple[AttachmentId, ...]:
    """The files that the events which fired have named, each once."""
    fired = [line for line in lines if isinstance(line.outcome, Fired)]
    return tuple({id: None for line in fired for _, id in named_files(line.item.payload)})

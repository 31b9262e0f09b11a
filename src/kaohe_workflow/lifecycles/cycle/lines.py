"""
Pass lines: which papers need one, and what a province's form proposes.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import Category, Level, PaperKind, Procedure, Stage

_EVERYBODY = tuple(Sitter(*one) for one in product(Procedure, (None, *Level), (None, *Category)))


def scored_papers(parameters: Parameters, stage: Stage) -> frozenset[PaperKind]:
    """
    The papers of a stage, of both procedures, that are judged by a line.

    A make-up may have every paper of the first stage, where a waived one leaves the other. A statement has no line:
    it is judged by whoever reads it.
    """
    first = {kind for sitter in _EVERYBODY for kind in parameters.papers(sitter)}
    again = {kind for sitter in _EVERYBODY for kind in parameters.makeup_papers(sitter)}
    return frozenset(first if stage is Stage.FIRST else first | again) - {PaperKind.STATEMENT}


def proposed_line(parameters: Parameters, level: Level) -> Decimal:
    """
    The score that the form proposes for a level; the province says what holds when it publishes the line.

    Some provinces say beforehand what they ask of each level, others set the line after the sitting (design).
    """
    licensed = level is Level.LICENSED
    return Decimal(parameters.pass_line_licensed if licensed else parameters.pass_line_assistant)

"""
What a check of a sample (抽查核实) keeps between events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import LabelledEnum, Procedure


class Subject(LabelledEnum):
    """What is looked at: opinions in files that wait for the agency's review, or results that were decided."""

    OPINIONS = "opinions", "机构评定意见"
    RESULTS = "results", "考核结果"


class Finding(LabelledEnum):
    """What came of looking at one assessment."""

    IN_ORDER = "in_order", "无误"
    FAULTY = "faulty", "发现问题"


@attrs.frozen(kw_only=True)
class Item:
    """One assessment of the sample; ``finding`` is None until somebody has looked, ``note`` says what was found."""

    assessment_id: str
    finding: Finding | None = None
    note: str = ""
    evidence: tuple[AttachmentId, ...] = ()
    found_at: datetime | None = None


@attrs.frozen(kw_only=True)
class SpotCheck:
    """
    One sample; ``institution_id`` is the organisation that is checked.

    ``procedure`` narrows the population, None for both. ``population`` is how many there were to draw from, and
    ``digest`` what their ids come to (see `digest_of`): whoever has the ``seed`` and the same population draws the same
    ``items``, in this order. The seed is the id of the first check that was drawn by it, which nobody can foresee; only
    the organisation that has drawn that one, ``drawn_by``, draws by it again, for whoever was sampled knows it. Of the
    population ``self_reviewed`` were reviewed by their own institution, and these are drawn before all others.
    ``faulty`` counts the findings of faults.
    """

    institution_id: str
    cycle_id: str
    subject: Subject
    procedure: Procedure | None
    seed: str
    population: int
    digest: str
    self_reviewed: int = 0
    drawn_at: datetime
    drawn_by: str | None = None
    items: tuple[Item, ...]
    ended_at: datetime | None = None

    @property
    def faulty(self) -> int:
        """How many are faulty by now."""
        return sum(item.finding is Finding.FAULTY for item in self.items)

    def makes_good(self, earlier: SpotCheck) -> bool:
        """
        Tell whether looking through this sample was as good as looking through ``earlier``: of all that it was drawn
        from, and at least as many of them or everybody that was left.

        The seed of ``earlier`` is spent then (design): who gives a sample up cannot draw by another one before, and
        nobody knows longer than needed who is drawn next.
        """
        same = self.seed == earlier.seed and self.procedure in (None, earlier.procedure)
        as_many = len(self.items) >= len(earlier.items) or len(self.items) == self.population
        return same and as_many and self.drawn_at >= earlier.drawn_at


def draw(
    seed: str, population: Iterable[str], number: int, first: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """
    Return ``number`` members of a population, all of them where there are no more, as the seed draws them.

    Each member has a rank of its own, the hash of seed and id, so that the order in which they come makes no
    difference, and nobody who leaves the population changes the rank of another. Those in ``first`` come before the
    others: where an institution has assessed its own physicians, nobody else has looked at them yet (考核办法 第十条,
    design).

    >>> draw("seed", ["a", "b", "c"], 2) == draw("seed", ["c", "b", "a"], 2)
    True
    >>> draw("seed", ["a", "b", "c"], 1, ["b"])
    ('b',)
    """

    def rank(one: str) -> tuple[bool, bytes]:
        return one not in first, sha256(f"{seed}/{one}".encode()).digest()

    return tuple(sorted(set(population), key=rank)[:number])


def digest_of(population: Iterable[str]) -> str:
    """
    Return what the ids of a population come to, in hexadecimal.

    >>> digest_of(["b", "a"]) == digest_of(["a", "b"])
    True
    """
    return sha256("\n".join(sorted(set(population))).encode()).hexdigest()

"""
What the guards of an assessment look at, by subject.
"""

from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.facts.filing import FilingFacts
from kaohe_workflow.lifecycles.assessment.facts.findings import FindingFacts
from kaohe_workflow.lifecycles.assessment.facts.participation import ParticipationFacts
from kaohe_workflow.lifecycles.assessment.facts.result import ResultFacts
from kaohe_workflow.lifecycles.assessment.facts.review import ReviewFacts
from kaohe_workflow.lifecycles.assessment.facts.seen import Around
from kaohe_workflow.lifecycles.assessment.facts.windows import WindowFacts

__all__ = ["Around", "AssessmentFacts"]


class AssessmentFacts(ParticipationFacts, WindowFacts, FilingFacts, ReviewFacts, FindingFacts, ResultFacts):
    """The facts of the chart ``assessment``."""

    _ASIDES: ClassVar = {
        fact: told
        for family in (ParticipationFacts, WindowFacts, FilingFacts, ReviewFacts, ResultFacts)
        for fact, told in family._ASIDES.items()
    }

"""
Which cases a policy's event goes to at once. One function a name in `statecharts/policies.yaml`, each for many
occurrences.

A selector reads; it decides nothing that a chart decides. What it finds hangs on the occurrences alone and is no more
than a few cases for each: what goes to a whole population is a job (`populations`).
"""

from collections.abc import Mapping

from kaohe_workflow.application.policies import Selector
from kaohe_workflow.application.selectors import (
    agencies,
    amendments,
    deferrals,
    exemptions,
    follow_ups,
    grounds,
    marks,
    moves,
    papers,
    people,
    reports,
    results,
    reviews,
)

SELECTORS: Mapping[str, Selector] = {
    **people.SELECTORS,
    **moves.SELECTORS,
    **amendments.SELECTORS,
    **grounds.SELECTORS,
    **papers.SELECTORS,
    **results.SELECTORS,
    **reviews.SELECTORS,
    **follow_ups.SELECTORS,
    **exemptions.SELECTORS,
    **deferrals.SELECTORS,
    **marks.SELECTORS,
    **agencies.SELECTORS,
    **reports.SELECTORS,
}
"""Every selector of what follows at once, by the name that policies use."""

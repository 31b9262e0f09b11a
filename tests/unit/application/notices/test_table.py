"""A table of notices that cannot work is found before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from kaohe_workflow.adapters.notice_files import load_notices, read_notices
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.application.notices.checking import check_notices
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.values.notices import NoticeKind


@pytest.fixture(scope="module")
def charts() -> Mapping[str, Statechart]:
    """The newest chart of each lifecycle."""
    return {
        name: versions[max(versions)] for name, versions in load_charts(charts_root(), VOCABULARY).items()
    }


GOOD = NoticeRule(
    name="lined",
    lifecycle="cycle",
    events=("publish_line",),
    entered=(),
    left=(),
    recipients=("institution",),
    kind=NoticeKind.RESULT,
    text="{cycle}：{payload.score}分，{record.name}",
    how="once",
)


def test_the_shipped_table_is_sound(charts: Mapping[str, Statechart]) -> None:
    """Every name in it exists."""

    assert () == check_notices(load_notices(charts_root()), charts, LIFECYCLES)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"lifecycle": "cycles"}, "lifecycle-unknown"),
        ({"events": ("publish",), "text": "{cycle}"}, None),
        ({"events": ("print",), "text": "{cycle}"}, "event-unknown"),
        ({"entered": ("runing",)}, "state-unknown"),
        ({"left": ("none_such",)}, "state-unknown"),
        ({"recipients": ("everybody",)}, "recipient-unknown"),
        ({"recipients": ("every_organisation",)}, "recipient-unknown"),
        ({"recipients": ("every_organisation",), "how": "job"}, None),
        ({"recipients": ("every_organisation", "physicians_of_cycle"), "how": "job"}, "recipients-many"),
        ({"text": "{cycles}"}, "place-unknown"),
        ({"text": "{record.windowz}"}, "place-unknown"),
        ({"text": "{payload.scores}"}, "place-unknown"),
        ({"text": "{elsewhere.score}"}, "place-unknown"),
        ({"text": "{payload.score}", "events": ("publish_line", "archive")}, "place-unknown"),
        ({"text": "{payload.score}", "events": ()}, "place-unknown"),
        ({"text": "{cycle"}, "text-malformed"),
        ({"lifecycle": "affiliation", "events": (), "text": "{record.id_number}"}, "place-secret"),
        ({"lifecycle": "affiliation", "events": (), "text": "{record.phone}"}, "place-secret"),
        ({"lifecycle": "account", "events": (), "text": "{record.login}"}, "place-secret"),
    ],
)
def test_what_is_wrong_is_named(
    charts: Mapping[str, Statechart], changes: Mapping[str, object], code: str | None
) -> None:
    """Names that do not exist, and texts that cannot be made or tell what nobody may read."""
    found = {problem.code for problem in check_notices([attrs.evolve(GOOD, **changes)], charts, LIFECYCLES)}  # type: ignore[arg-type]  # each fits

    assert ({code} if code else set()) == found


def test_a_name_stands_once(charts: Mapping[str, Statechart]) -> None:
    """It is part of what keeps people from being told twice."""

    assert ["notice-duplicate"] == [
        problem.code for problem in check_notices([GOOD, GOOD], charts, LIFECYCLES)
    ]


def test_a_file_is_read_strictly() -> None:
    """Every problem of its form at once, with its line."""
    text = """\
notices:
  - name: one
    when: {lifecycle: cycle, evnt: publish}
    to: institution
    kind: gossip
    text: x
    how: perhaps
"""
    with pytest.raises(DefinitionError) as refused:
        read_notices(text, "n.yaml")
    places = [problem.path.split()[0] for problem in refused.value.problems]

    assert ["n.yaml:3", "n.yaml:5", "n.yaml:7"] == sorted(places)

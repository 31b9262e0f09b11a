"""The table of policies as a file: every problem at once, each on its line, and each policy knows its own."""

from __future__ import annotations

import pytest

from kaohe_workflow.adapters.policy_files import FILE, load_policies, read_policies
from kaohe_workflow.adapters.statechart_files import charts_root
from kaohe_workflow.errors import DefinitionError

TEXT = """\
policies:
  - name: one
    when: {lifecycle: cycle, event: publish}
    send: {lifecycle: assessment, event: open}
    to: everybody
    how: job
  - name: other
    when: {lifecycle: cycle, event: change_windows}
    send: {lifecycle: exemption, event: expire}
    how: retime
"""


def problems_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as refused:
        read_policies(text, FILE)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_a_policy_knows_where_it_is_written() -> None:
    """File and line, so that a check can name them."""

    assert ["policies.yaml:2", "policies.yaml:7"] == [one.place for one in read_policies(TEXT, FILE)]
    assert "policies.yaml:7 policies.other.send" == read_policies(TEXT, FILE)[1].at("send")


def test_where_a_policy_is_written_is_no_part_of_it() -> None:
    """The same policy further down is the same policy."""

    assert read_policies(TEXT, FILE) == read_policies("\n" + TEXT, FILE)


def test_problems_of_form_and_of_reading_are_reported_together() -> None:
    """A duplicate key does not hide an unknown one, a misplaced selector and an unknown way."""
    text = TEXT.replace("to: everybody", "to: everybody\n    to: nobody\n    two: x").replace(
        "retime", "soon"
    )

    assert [
        ("policies.yaml:6", "duplicate-key"),
        ("policies.yaml:7 $.policies[0].two", "unknown-key"),
        ("policies.yaml:9 $.policies[1]", "how-unknown"),
    ] == problems_of(text)


def test_the_shipped_policies_know_their_lines() -> None:
    """Each line named is that of the policy's name."""
    lines = (charts_root() / FILE).read_text(encoding="utf-8").splitlines()

    for policy in load_policies(charts_root()):
        file, _, line = policy.place.partition(":")

        assert (FILE, f"  - name: {policy.name}") == (file, lines[int(line) - 1])

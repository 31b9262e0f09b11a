"""The chart pages are generated, and committed with the change that alters them."""

from pathlib import Path

from kaohe_workflow.cli.chart_pages import pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "charts"


def test_the_committed_pages_are_those_that_the_charts_give() -> None:
    """Whoever changes a chart runs `kaohe chart pages docs/reference/charts`."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert committed == pages()


def test_a_page_says_each_guard_once() -> None:
    """What a guard means stands in the list of guards, with its source in words, and in no table beside it."""
    said = [name for name, text in pages().items() if "| guard |" in text]

    assert [] == said

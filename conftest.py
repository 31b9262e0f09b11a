"""Examples run: each ```python block of a Markdown page, and the doctests of the library."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"]).pytest()

collect_ignore_glob = ["src/*/migrations/*"]  # only Alembic can import them

"""``python -m kaohe_service`` is ``kaohe serve``."""

from __future__ import annotations

from kaohe_workflow.cli import main

raise SystemExit(main(["serve"]))

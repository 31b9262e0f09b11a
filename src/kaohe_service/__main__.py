"""``python -m kaohe_service`` is ``kaohe serve``."""

from __future__ import annotations

import sys

from kaohe_workflow.cli import main

if __name__ == "__main__":
    raise SystemExit(main(["serve", *sys.argv[1:]]))

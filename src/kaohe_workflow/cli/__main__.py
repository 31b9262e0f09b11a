"""``python -m kaohe_workflow.cli`` is ``kaohe``."""

from kaohe_workflow.cli import main

raise SystemExit(main())

"""Looking into files that were handed in, before anybody is given them."""

from kaohe_workflow.adapters.attachments.inspecting import FileInspector

__all__ = ["FileInspector"]

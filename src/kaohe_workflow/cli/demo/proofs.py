"""
The one file that stands for every proof of the demonstration: a page that says so.
"""

from __future__ import annotations

from importlib.resources import files

from kaohe_workflow.cli.demo.calling import Caller, Who
from kaohe_workflow.values.attachment import AttachmentId


def prove(caller: Caller, who: Who, name: str = "证明材料.pdf") -> AttachmentId:
    """Hand in the page for an account, under a name; its id."""
    content = (files("kaohe_workflow.cli.demo") / "input" / "proof.pdf").read_bytes()
    return caller.hand_in(who, name, content)

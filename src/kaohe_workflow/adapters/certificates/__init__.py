"""Certificates set with Typst; needs the extra ``certificates``."""

from kaohe_workflow.adapters.certificates.typst_printer import TypstPrinter

__all__ = ["TypstPrinter"]

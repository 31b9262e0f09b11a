"""
The resources of the API: each reads a call, asks one use case, and puts the answer into plain data.
"""

from __future__ import annotations

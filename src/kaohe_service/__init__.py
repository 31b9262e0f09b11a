"""
The thin service: HTTP to use cases and back.

It holds no rule and no query: what may be done is decided by the library, and what the library answers is
put into JSON here. Two ways in: `app.create_app` over an application that is wired already, and
`wiring.serve` for a whole process.
"""

from __future__ import annotations

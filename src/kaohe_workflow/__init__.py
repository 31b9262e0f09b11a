"""
China's periodic physician assessment (医师定期考核) as checked statecharts.

Floors, each importing only those below: `cli`, `testing` → `adapters` → `application` → `lifecycles` → `statechart`,
`values` → `errors`. Start at `adapters.wiring.open_application`, or at `statechart` for the kernel alone.
"""

"""
What stands behind the ports: databases, memory, keys, clocks, sheets, fonts, files of charts and parameters.

Only `wiring`, the command line, the test kit and the service's wiring choose among them. `transitions` is the way into
that library for models that are not cases of this system.
"""

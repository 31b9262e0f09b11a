"""
The use cases: the one door, what follows from what, queries, intake, log-in, verification.

Works on ports (`ports`) alone: no database, no file, no clock, no random number of its own. Start at `application`, the
value that holds every use case, or at `send`, the door.
"""

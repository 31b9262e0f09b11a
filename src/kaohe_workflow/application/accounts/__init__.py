"""
Who logs in, and how: log-in, activation, passwords, sessions, devices, and slowing down whoever guesses.
"""

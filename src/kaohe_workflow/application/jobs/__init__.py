"""
Jobs: what follows from committed transitions and goes on afterwards, a page at a time.
"""

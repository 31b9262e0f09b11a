"""
What people are told of: the table of notices, whom they go to, what they say, and the inboxes that they lie in.
"""

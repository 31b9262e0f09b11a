"""Sheets of people and scores, read row by row: what is good, what is not and why. Nothing is stored."""

"""Spreadsheets from and for people: read in a child process with limits, written without formulas."""

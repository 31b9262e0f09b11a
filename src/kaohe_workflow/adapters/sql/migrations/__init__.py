"""The shipped migrations; a released one never changes."""

"""Documents read from real files."""

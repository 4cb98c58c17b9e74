"""Passages: read from articles, cut from a user's documents, searched, and read for a payer's policy."""

"""A run, or two of them, for people and programs: one HTML file, JSON, CSV, and Markdown for a pull request."""

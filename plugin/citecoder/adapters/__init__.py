"""One file for each vendor. Nothing in the core imports from here; ``app/wiring.py`` picks."""

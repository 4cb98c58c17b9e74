"""The billing rules as pure functions: units, assistants, payers, pair edits and modifiers.

Nothing here reads a note, a clock, the environment or the network. ``payer.py`` and ``edits.py``
are the one reader of their data folder each; the other modules compute.
"""

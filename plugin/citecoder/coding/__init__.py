"""From what a note says to lines that were verified. Only ``decide`` makes Suggestions."""

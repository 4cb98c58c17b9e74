"""From an answer and its labels to counts that add up; one module for each thing that is scored."""

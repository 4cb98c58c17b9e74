"""Offline evaluation: labelled cases, arms that answer them, scores with intervals, comparison, report and gate."""

"""The doors: the command line and the local web server. Each is thin; ``verbs`` says what they share."""

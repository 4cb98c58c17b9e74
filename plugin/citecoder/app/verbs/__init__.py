"""What the doors share: one function a verb, from a checked request to the contract's response."""

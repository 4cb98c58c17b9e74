"""Questions answered from passages and computed values, sentence by sentence, or not at all with a reason."""

"""Note text → :class:`citecoder.model.Note`: concepts and spans, never codes."""

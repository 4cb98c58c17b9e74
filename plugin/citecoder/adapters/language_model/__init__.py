"""A language model behind ``citecoder.language_model.AsksModel``: redacted, bounded, counted and recorded.

``calling.LanguageModel`` is the adapter; ``choices.Choices`` is what a site chose.
"""

"""citecoder: procedure codes from therapy notes, every line cited."""

__version__ = "0.1.0"

from citecoder.app.api import lookup, search, suggest, units
from citecoder.model import Passage, Request, Review, Suggestion

__version__: str
__all__ = ["Passage", "Request", "Review", "Suggestion", "lookup", "search", "suggest", "units"]

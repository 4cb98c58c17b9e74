from citecoder.answers import Answer, Question, Turn
from citecoder.app.api import ask, lookup, search, suggest, units
from citecoder.model import Passage, Request, Review, Suggestion

__version__: str
__all__ = ["Answer", "Passage", "Question", "Request", "Review", "Suggestion", "Turn", "ask", "lookup", "search", "suggest", "units"]

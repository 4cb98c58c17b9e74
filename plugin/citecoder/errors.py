"""Every error that citecoder raises on purpose.

    CitecoderError               something went wrong and the message says what, where and what to do next
    ├── InputError               the caller's request, file or option is wrong            (CLI exit 2, HTTP 422)
    │   ├── UnknownCodeError     a code that is not in the code set                       (CLI exit 2, HTTP 404)
    │   ├── records.UnknownReviewError   a decision on a review or line that is not kept      (HTTP 404)
    │   └── wire.TooLongError    a note that is longer than the site allows               (CLI exit 2, HTTP 413)
    ├── KnowledgeError           a file of knowledge/ or prompts/ breaks its format       (CLI exit 1, HTTP 503)
    ├── IndexUnavailableError    the passage index can't be built, opened or verified     (CLI exit 1, HTTP 503)
    └── RecordsUnavailableError  the records can't be reached or don't fit this version   (CLI exit 1, HTTP 503)

Messages never carry note text: notes are PHI.
"""

from __future__ import annotations


class CitecoderError(Exception):
    """The root of the tree. Catch it at a door, nowhere else."""


class InputError(CitecoderError):
    """The request, a file or an option is wrong.

    Args:
        message: what is wrong, where, and what to do next; never note text.
        field: the request field or option that is meant, if there is one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class UnknownCodeError(InputError):
    """The code is not in the code set that citecoder ships."""


class KnowledgeError(CitecoderError):
    """A data file breaks its format. The message names the file and the key."""


class IndexUnavailableError(CitecoderError):
    """The passage index can't be built, opened or verified."""


class RecordsUnavailableError(CitecoderError):
    """The database of records can't be reached, or its tables are not of this version."""

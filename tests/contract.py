"""Whether JSON is as the contract's schema says. Checking the schema itself costs a tenth of a second, so it is done once."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from citecoder import wire


def conforms(told: Any, verb: str, side: str = "response") -> None:
    """See that JSON is what a verb takes or gives; raises jsonschema's error where it isn't."""
    _validator(verb, side).validate(told)


@cache
def _validator(verb: str, side: str) -> Draft202012Validator:
    schema = wire.schema()
    whole = {**schema["x-verbs"][verb][side], "$defs": schema["$defs"]}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)

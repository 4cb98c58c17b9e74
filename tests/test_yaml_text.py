"""YAML is read in C where that was built, and answers and errors are those of the parser in Python."""

from __future__ import annotations

import pytest
import yaml

from citecoder.yaml_text import parse_yaml


@pytest.mark.parametrize(
    "text", ["a: [1, {b: 2}]\nc: |\n  x\n  y\n", b"a: caf\xc3\xa9", "", "- 2026-05-01\n- yes\n- 1e3\n"]
)
def test_values_are_those_of_the_safe_loader(text: str | bytes) -> None:
    assert parse_yaml(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2",
        "{a: b\nc",
        "- [a\n- b",
        "a: b: c",
        "a: \x01",
        "a: *x",
        "a: !!python/name:os.system b",
        b"\xff\xfe\xfa",
    ],
)
def test_errors_are_those_of_the_safe_loader(text: str | bytes) -> None:
    with pytest.raises(yaml.YAMLError) as plain:
        yaml.safe_load(text)
    with pytest.raises(yaml.YAMLError) as found:
        parse_yaml(text)

    assert type(found.value) is type(plain.value)
    assert str(found.value) == str(plain.value)


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 200_000, "? " * 200_000])
def test_nesting_without_end_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises((yaml.YAMLError, RecursionError)):
        parse_yaml(text)

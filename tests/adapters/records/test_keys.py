"""Keys: what a token opens, for how long, and what is kept of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from citecoder.adapters.records import Records
from citecoder.errors import InputError
from tests.adapters.records.material import SECRET, everything, rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.records.conftest import Clock


def test_a_token_is_shown_once_and_only_its_hash_is_kept(records: Records) -> None:
    key, token = records.add_key("front desk", ["suggest", "decide"], None)
    assert re.fullmatch(rf"cite_{key.id}_[A-Za-z0-9_-]{{43}}", token)
    assert key.scopes == {"suggest", "decide"}
    assert token[len("cite_") + len(key.id) + 1 :] not in everything(records)
    found = records.key_of(token)
    assert found is not None
    assert (found.id, found.name, found.scopes) == (key.id, "front desk", key.scopes)


def test_any_other_token_opens_nothing(records: Records) -> None:
    key, token = records.add_key("front desk", ["suggest"], None)
    other = records.add_key("other", ["suggest"], None)[1]
    last = "A" if token[-1] != "A" else "B"
    swapped = f"cite_{key.id}_{other.split('_', 2)[2]}"
    for wrong in (
        token[:-1] + last,
        swapped,
        token + "A",
        f" {token}",
        token.upper(),
        "",
        "cite__",
        "cite_\x00_",
        "é" * 60,
        f"cite_{'0' * 12}_{'A' * 43}",
    ):
        assert records.key_of(wrong) is None


def test_what_has_not_a_tokens_shape_is_refused_without_a_look_into_the_database(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}", SECRET)
    assert records.key_of("cite_short") is None
    assert list(tmp_path.iterdir()) == []


def test_a_key_expires_to_the_second(records: Records, clock: Clock) -> None:
    until = clock.now + timedelta(days=1)
    _, token = records.add_key("short", ["suggest"], until)
    assert records.key_of(token, until - timedelta(seconds=1)) is not None
    assert records.key_of(token, until) is None


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(records: Records) -> None:
    key, token = records.add_key("lost", ["suggest"], None)
    revoked = records.revoke_key(key.id)
    assert revoked.revoked is not None
    assert records.key_of(token) is None
    assert records.revoke_key(key.id) == revoked
    assert records.keys() == [revoked]
    assert [each["action"] for each in rows(records, "audit")] == ["key_created", "key_revoked"]


def test_its_last_use_is_written_once_a_minute(records: Records, clock: Clock) -> None:
    _, token = records.add_key("busy", ["suggest"], None)
    begun = clock.now
    uses: list[Any] = []
    for seconds in (0, 20, 59, 61, 90):
        records.key_of(token, begun + timedelta(seconds=seconds))
        uses.append(records.keys()[0].last_used)
    assert [(each - begun).total_seconds() for each in uses] == [0, 0, 0, 61, 61]


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [("", ["suggest"], "name"), ("a\nb", ["suggest"], "name"), ("x" * 81, ["suggest"], "name"), ("ok", [], "scopes"), ("ok", ["root"], "scopes")],
)  # fmt: skip
def test_a_key_that_can_not_be_is_refused_by_field(
    records: Records, name: str, scopes: list[str], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        records.add_key(name, scopes, None)
    assert refused.value.field == field
    assert records.keys() == []


def test_an_expiry_that_is_past_is_refused(records: Records, clock: Clock) -> None:
    with pytest.raises(InputError, match="past"):
        records.add_key("late", ["suggest"], clock.now - timedelta(days=1))


def test_a_key_that_is_not_there_can_not_be_revoked(records: Records) -> None:
    for unknown in ("ffffffffffff", "", "a'b", "\x00"):
        with pytest.raises(InputError, match="keys list"):
            records.revoke_key(unknown)

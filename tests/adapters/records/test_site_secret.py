"""The site's secret: one, for its owner alone, whoever makes it first."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from citecoder.adapters.records.site_secret import derived, site_secret
from citecoder.errors import RecordsUnavailableError

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    site = tmp_path / "new" / "site"
    secret = site_secret(site)
    assert len(secret) == 32
    assert site_secret(site) == secret
    assert (site / "secret.key").stat().st_mode & 0o777 == 0o600
    assert site_secret(tmp_path / "other") != secret


def test_who_starts_at_once_agrees_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(site_secret, [tmp_path] * 64))
    assert len(made) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    ("mode", "size", "says"), [(0o644, 32, "chmod 600"), (0o600, 31, "backup"), (0o600, 0, "backup")]
)
def test_one_that_others_read_or_that_was_cut_is_refused(
    tmp_path: Path, mode: int, size: int, says: str
) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"x" * size)
    path.chmod(mode)
    with pytest.raises(RecordsUnavailableError, match=says):
        site_secret(tmp_path)


def test_a_link_in_its_place_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    site_secret(tmp_path / "elsewhere")
    for target in (tmp_path / "elsewhere" / "secret.key", tmp_path / "nowhere"):
        link = tmp_path / "secret.key"
        link.symlink_to(target)
        with pytest.raises(RecordsUnavailableError, match="symbolic link"):
            site_secret(tmp_path)
        link.unlink()
    assert not (tmp_path / "nowhere").exists()


def test_a_pipe_in_its_place_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "secret.key", 0o600)
    with pytest.raises(RecordsUnavailableError, match="is no file"):
        site_secret(tmp_path)


def test_one_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site_secret(tmp_path)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(RecordsUnavailableError, match="another user"):
        site_secret(tmp_path)


def test_its_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    site_secret(tmp_path / "site")
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordsUnavailableError, match=r"file/site/secret\.key"):
        site_secret(tmp_path / "file" / "site")


def test_a_key_for_one_purpose_is_not_that_of_another() -> None:
    assert derived(bytes(32), "note") != derived(bytes(32), "audit trail") != bytes(32)

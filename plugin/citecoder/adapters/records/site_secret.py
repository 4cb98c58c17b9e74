"""The site's secret: 32 random bytes in a file that only its owner may read, made when they are first needed.

With it notes are hashed and the audit trail is sealed. Without it neither can be checked, so it belongs into a backup,
apart from the database.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from pathlib import Path

from citecoder.errors import RecordsUnavailableError

_BYTES = 32
_FILE = "secret.key"
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe in its place must not hang us


def site_secret(site: Path) -> bytes:
    """Return the secret of a site; processes that start at once agree on one.

    Args:
        site: the site's folder, made if it isn't there.

    Raises:
        RecordsUnavailableError: the file can't be read or made, is a link or another user's, others may read it, or
            it was cut.
    """
    path = site / _FILE
    try:
        if not os.path.lexists(path):
            _make(path)
        return _read(path)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RecordsUnavailableError(
                f"{path}: is a symbolic link; put the file itself there, for this user alone"
            ) from None
        raise RecordsUnavailableError(
            f"{path}: can't be read or made ({os.strerror(error.errno or 0).lower()}); give its folder to this user"
        ) from None


def derived(secret: bytes, purpose: str) -> bytes:
    """Return a key for one purpose, so that what is made for one can't stand for another."""
    return hmac.digest(secret, f"citecoder {purpose}".encode(), hashlib.sha256)


def _read(path: Path) -> bytes:
    with os.fdopen(os.open(path, _OPEN), "rb") as stream:  # what is looked at is what is read
        _demand_ours(path, os.fstat(stream.fileno()))
        secret = stream.read(_BYTES * 2)
    if len(secret) != _BYTES:
        raise RecordsUnavailableError(
            f"{path}: holds {len(secret)} bytes and not {_BYTES}; restore it from a backup"
        )
    return secret


def _demand_ours(path: Path, found: os.stat_result) -> None:
    """Refuse a secret that somebody else could know or choose."""
    if not stat.S_ISREG(found.st_mode):
        raise RecordsUnavailableError(f"{path}: is no file; move it away and restore the file from a backup")
    if found.st_uid != os.geteuid():
        raise RecordsUnavailableError(
            f"{path}: belongs to another user; run citecoder as that user, or give the file to this one"
        )
    if found.st_mode & 0o077:
        raise RecordsUnavailableError(f"{path}: others may read it; `chmod 600` it and see who did")


def _make(path: Path) -> None:
    """Write a new secret beside its place, then link it there: the first of several processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{_FILE}.", dir=path.parent)  # for its owner alone
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink()

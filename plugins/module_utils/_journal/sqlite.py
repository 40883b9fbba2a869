# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The journal in an SQLite file of this user's own, and the locks beside it."""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import shlex
import stat
from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.sqlalchemy_library import sqlalchemy

_BUSY_TIMEOUT = 30.0  # seconds to wait for another process to release the database
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = ("9p", "afs", "ceph", "cifs", "fuse.", "gfs", "glusterfs", "gpfs", "lustre", "nfs", "ocfs", "smb")
"""Beginnings of the types of file systems of which several machines can have the same one."""


def create_sqlite_engine(path: Path) -> Any:
    """Open the file, and create it for its owner only if it is missing.

    :raises OneLoginError: ``invalid`` for a file that is not private to this user.
    """
    _require_private_file(path)
    url = sqlalchemy.URL.create("sqlite", database=str(path))
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT, "check_same_thread": False},
        poolclass=sqlalchemy.pool.StaticPool,
    )

    @sqlalchemy.event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin too late; see begun() below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # no other process can write between a read and a write

    return engine


def warn_of_network(path: Path) -> str | None:
    """Return a warning if the file is on a network file system, whose locks several machines cannot rely on."""
    kind = _network_file_system(path)
    if kind is None:
        return None
    return (
        f"The journal {path} is on a network file system ({kind}). SQLite can damage it, and people can get a message"
        " twice, if two machines use it. Put it on a local disk, or use PostgreSQL."
    )


def _network_file_system(path: Path) -> str | None:
    """Return the type of the network file system on which a file is; None if it is local or not known.

    The format of ``/proc/self/mountinfo`` is described in proc_pid_mountinfo(5).
    """
    found, kind = "", ""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    for line in lines:
        mount, _separator, source = line.partition(" - ")
        place = mount.split(" ")[4].encode(errors="surrogateescape").decode("unicode_escape", "replace")
        if path.resolve().is_relative_to(place) and len(place) >= len(found):
            found, kind = place, source.split(" ")[0]
    return kind if kind.startswith(_NETWORK) else None


def _require_private_file(path: Path) -> None:
    """Create a missing file for its owner only; refuse anything but a private file of this user.

    :raises OneLoginError: ``invalid``.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_other_kinds(path)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC, 0o600))
        found = path.stat()
    except OSError as problem:
        raise OneLoginError(
            "invalid",
            f"The journal {path} cannot be opened for writing: {problem.strerror}.",
            hint="Set a file in a folder that this user can write to.",
        ) from None
    if found.st_uid != os.geteuid():
        raise OneLoginError(
            "invalid",
            f"The journal {path} belongs to another user (uid {found.st_uid}).",
            hint="Set a file that belongs to you, or one that does not exist yet. Users who share a journal need"
            " PostgreSQL.",
        )
    if found.st_mode & _OTHERS:
        raise OneLoginError(
            "invalid",
            f"The journal {path} can be read by others (mode {found.st_mode & 0o777:04o}).",
            hint=f"Make it private: chmod 600 {shlex.quote(str(path))}",
        )


def _refuse_other_kinds(path: Path) -> None:
    """Refuse a folder, a device, a pipe and a socket: to open one can have an effect."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise OneLoginError(
            "invalid",
            f"The journal {path} is not a regular file.",
            hint="Set a file that belongs to you, one that does not exist yet, or none for no journal.",
        )


class FileLocks:
    """For SQLite: each run holds a lock on its own file next to the database."""

    def __init__(self, database: Path) -> None:
        self._database = database
        for left_behind in database.parent.glob(glob.escape(f"{database.name}-run-") + "*"):
            self.is_alive(left_behind.name.rpartition("-")[2], None)
        self.own = secrets.token_hex(8)
        self._file = self._locked()
        while not os.fstat(self._file).st_nlink:  # another run has removed it as left behind
            os.close(self._file)
            self._file = self._locked()

    def is_alive(self, run: str, connection: Any) -> bool:  # noqa: ARG002 - the file is enough
        """Return whether the run holds the lock on its file; the file of a dead run is removed."""
        try:
            file = os.open(self._path(run), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            self._path(run).unlink(missing_ok=True)  # while locked, so no other run can have it
            return False
        finally:
            os.close(file)

    def close(self) -> None:
        """Release the lock of this run."""
        self._path(self.own).unlink(missing_ok=True)
        os.close(self._file)

    def _locked(self) -> int:
        file = os.open(self._path(self.own), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _path(self, run: str) -> Path:
        return self._database.with_name(f"{self._database.name}-run-{run}")

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One access token for all processes of a run, in the run's own temporary folder."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ansible_collections.community.onelogin.plugins.module_utils._api.connection import AccessToken, Connection

_PREFIX = "onelogin-token-"
# ansible-core names the folder with tempfile.mkdtemp: a prefix with the process id, and eight random characters.
_FOLDER = re.compile(r"ansible-local-([0-9]+)[a-z0-9_]{8}")


class TokenFile:
    """Keeps one token a credential, readable by its owner only.

    :param folder: a folder that only this user can enter and that goes away with the run.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def exchange(self, connection: Connection, refused: str | None, generate: Callable[[], AccessToken]) -> AccessToken:
        """Return the stored token, unless it is the refused one; otherwise store and return a new one.

        :raises OneLoginError: if no token can be generated.
        """
        path = self._folder / f"{_PREFIX}{_name_file(connection)}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = file.read()
            stored = AccessToken(*json.loads(text)) if text else None
            if stored and stored.text != refused:
                return stored
            discard_stale(self._folder)
            fresh = generate()
            file.seek(0)
            file.truncate()
            json.dump([fresh.text, fresh.account_id], file)
            file.flush()
            return fresh


def discard(folder: str | Path) -> None:
    """Remove the tokens of a run that ends."""
    for path in Path(folder).glob(f"{_PREFIX}*"):
        path.unlink(missing_ok=True)


def discard_stale(folder: Path) -> None:
    """Remove the tokens of runs that were killed, and so could not remove them.

    :param folder: the temporary folder of this run; those of other runs are beside it.
    """
    for other in folder.parent.glob("ansible-local-*"):
        match = _FOLDER.fullmatch(other.name)
        if match and not _is_running(int(match[1])):
            with suppress(OSError):  # of another user
                discard(other)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _name_file(connection: Connection) -> str:
    """Return a name that depends on the secret: a wrong secret must not get the token of a valid one."""
    parts = (connection.base_url, connection.client_id or "", connection.client_secret or "")
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]

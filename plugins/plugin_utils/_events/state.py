# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event source remembers, so that a restart neither loses nor repeats an event."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal.interface import Account
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_file import check_folder, write_file

Seen = Mapping[int, "datetime | None"]


@dataclass(frozen=True)
class FeedState:
    """A place in the account's log.

    :param account: whose log it is.
    :param since: only later events are still to come.
    :param seen: the later ones that were returned already, with the times when they were written.
    """

    account: Account
    since: datetime
    seen: Seen

    def refuse_other(self, account: Account) -> None:
        """Refuse another account. Its name counts if both names are known, and its host otherwise.

        :raises OneLoginError: ``invalid``.
        """
        own, other = self.account.name, account.name
        if not own or not other:
            own, other = self.account.host, account.host
        if own != other:
            raise OneLoginError(
                "invalid",
                f"The state file belongs to the account {own}, and the credential to {other}.",
                hint="Give each account a state_file of its own.",
            )

    def as_text(self) -> str:
        """Return it as the text of a file."""
        return json.dumps(
            {
                "host": self.account.host,
                "region": self.account.region,
                "account_id": self.account.id,
                "since": self.since.isoformat(),
                "seen": {str(number): moment and moment.isoformat() for number, moment in self.seen.items()},
            }
        )

    @classmethod
    def from_text(cls, text: str) -> FeedState:
        """Read it from the text of a file.

        :raises ValueError: the text is not that of a state.
        """
        try:
            record: Mapping[str, Any] = json.loads(text)
            since = parse_timestamp(record["since"])
            seen = {int(number): parse_timestamp(moment) for number, moment in record["seen"].items()}
            account = Account(str(record["host"]), str(record["region"]), record["account_id"])
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(str(error)) from None
        if not since:
            raise ValueError("since")
        return cls(account, since, seen)


class StateFile:
    """A file with the state of one source, which no other process can open meanwhile.

    :raises OneLoginError: ``invalid``, if it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            check_folder(path.parent)
            # The state is replaced with each event, so the lock is on a file beside it.
            self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise OneLoginError(
                "invalid",
                f"Another event source uses the state file {path}.",
                hint="Give each source a state_file of its own, or stop the other ansible-rulebook.",
            ) from None

    def close(self) -> None:
        """Let other processes use it."""
        with suppress(OSError):
            os.close(self._lock)

    def read(self) -> FeedState | None:
        """Return the state; None if the file does not exist.

        :raises OneLoginError: ``invalid``, if it cannot be read.
        """
        try:
            return FeedState.from_text(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.path, error) from None
        except ValueError:
            raise OneLoginError(
                "invalid",
                f"The state file {self.path} is damaged.",
                hint="Restore it. If you remove it, the source returns only events after its next start.",
            ) from None

    def write(self, state: FeedState) -> None:
        """Replace the state in one step.

        :raises OneLoginError: ``invalid``, if it cannot be written.
        """
        try:
            write_file(self.path, state.as_text())
        except OSError as error:
            raise _unusable(self.path, error) from None


def _unusable(path: Path, error: OSError) -> OneLoginError:
    return OneLoginError(
        "invalid",
        f"The state file {path} cannot be used: {error.strerror}.",
        hint="Name a file that you can read and write as state_file.",
    )

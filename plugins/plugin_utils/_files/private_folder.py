# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder for secrets: only its owner can read it, and no file in it is ever readable by others or incomplete."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_file import write_file

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class PrivateFolder:
    """A folder that stays open, so that it cannot be replaced after the check.

    :param path: where it is.
    :param make: create a missing folder; otherwise a missing one counts as empty.
    :ivar is_new: whether it did not exist.
    :raises OneLoginError: ``invalid`` if others can read it, or it cannot be used.
    """

    def __init__(self, path: Path, *, make: bool) -> None:
        self.path = path
        self.is_new = not os.path.lexists(path)
        self._folder: int | None = None
        try:
            if make:
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._refuse_unless_private(os.fstat(self._folder))
        except OSError as error:
            if make or not isinstance(error, FileNotFoundError):
                raise _unusable(path, error) from None

    def close(self) -> None:
        """Close the folder."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def read(self, name: str) -> str | None:
        """Read a file; None if it does not exist, or others can read it."""
        if self._folder is None:
            return None
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._folder)
        except OSError:
            return None
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS:
            os.close(descriptor)
            return None
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
            return file.read()

    def list_names(self) -> list[str]:
        """Return the names of the entries; none if the folder does not exist."""
        return [] if self._folder is None else sorted(os.listdir(self._folder))  # noqa: PTH208 - it is open

    def write(self, name: str, text: str) -> None:
        """Write a file in one step, with mode 0600 from its first byte.

        :raises OneLoginError: ``invalid`` if it cannot be written.
        """
        try:
            write_file(Path(name), text, folder=self._folder)
        except OSError as error:
            raise _unusable(self.path / name, error) from None

    def _refuse_unless_private(self, found: os.stat_result) -> None:
        if found.st_uid != os.geteuid():
            self.close()
            raise OneLoginError(
                "invalid",
                f"The folder {self.path} belongs to another user (uid {found.st_uid}).",
                hint="Set a folder that belongs to you, or one that does not exist yet, which is then created.",
            )
        if found.st_mode & _OTHERS:
            self.close()
            mode = f"{stat.S_IMODE(found.st_mode):04o}"
            raise OneLoginError(
                "invalid",
                f"Other users can read the folder {self.path} (mode {mode}), but its files are secret.",
                hint=f"Set a folder that does not exist yet, or make this one private: chmod 0700 {self.path}",
            )


def _unusable(path: Path, error: OSError) -> OneLoginError:
    return OneLoginError(
        "invalid",
        f"{path} cannot be written: {error.strerror}.",
        hint="Set a folder that you can write to, on a disk with free space.",
    )

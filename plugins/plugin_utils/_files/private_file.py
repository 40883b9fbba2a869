# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private files: only their owner can read them, and each is written in one step."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def check_folder(folder: Path) -> None:
    """Create a folder for its owner only, unless it exists, and check that files can be written in it.

    :raises OSError: they cannot.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def write_file(path: Path, text: str, *, folder: int | None = None) -> None:
    """Write a file, whose mode is 0600 from its first byte. An interrupted run leaves the old one.

    :param folder: the descriptor of an open folder, to which the path is relative. Without one, a missing folder is
        created.
    :raises OSError: it cannot be written.
    """
    if folder is None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{secrets.token_hex(8)}")
    try:
        descriptor = os.open(partial, _FLAGS, 0o600, dir_fd=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial, dir_fd=folder)
        raise

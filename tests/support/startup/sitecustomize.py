# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what Python compiles of an archive, for later processes. Python runs this at its start if PYTHONPATH names it.

Ansible packs a module and what it imports into an archive, of which Python compiles each file in every process. That is
a third of the processor time of a module.
"""

from __future__ import annotations

import marshal
import os
import sys
import zipimport
from contextlib import suppress
from types import CodeType

_compile = zipimport._compile_source  # type: ignore[attr-defined]


def _compile_once(path: str, source: bytes) -> CodeType:
    # Only here, because most processes read no archive.
    from _imp import _fix_co_filename  # type: ignore[attr-defined]
    from hashlib import blake2b
    from pathlib import Path

    folder = Path(__file__).parents[3] / ".cache/compiled" / str(sys.implementation.cache_tag)
    file = folder / blake2b(source, digest_size=16).hexdigest()
    with suppress(OSError):
        kept: CodeType = marshal.loads(file.read_bytes())
        _fix_co_filename(kept, path)
        return kept
    code: CodeType = _compile(path, source)
    with suppress(OSError):  # the process can belong to another user
        folder.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        new.write_bytes(marshal.dumps(code))
        new.replace(file)
    return code


zipimport._compile_source = _compile_once  # type: ignore[attr-defined]

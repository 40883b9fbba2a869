# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Secrets told to Ansible, which as of ansible-core 2.22 masks them in all that it shows, whoever shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # an older ansible-core, which hides arguments only

    def register_secrets(values: Iterable[str], /) -> None:
        """Nobody is there to be told."""


_SHORTEST = 8  # Ansible masks a secret in the middle of anything, and the digits of a code are part of many an id

_SEED = re.compile(r"[?&]secret=(\w+)")  # in an otpauth URI; it may be shown alone

Told = TypeVar("Told")


def masked(value: Told) -> Told:
    """Have the texts in a value masked, and return it as it is."""
    register_secrets([text for text in _texts(value) if len(text) >= _SHORTEST])
    return value


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
        yield from _SEED.findall(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)

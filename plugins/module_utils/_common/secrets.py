# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Values that must not be shown. Code that masks output registers here to get them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

_SHORTEST = 8  # Output is masked by substring, and the digits of a code are part of many ids.
_SEED = re.compile(r"[?&]secret=(\w+)")  # in an otpauth URI; it may be shown alone

_Value = TypeVar("_Value")
_Listener = Callable[[list[str]], None]
_listeners: list[_Listener] = []


def add_listener(listener: _Listener) -> None:
    """Register a function, which is called with each list of new secrets."""
    if listener not in _listeners:
        _listeners.append(listener)


def mask(value: _Value) -> _Value:
    """Mask the texts in a value in all output.

    :returns: the value, unchanged.
    """
    secrets = [text for text in _texts(value) if len(text) >= _SHORTEST]
    for listener in _listeners:
        listener(secrets)
    return value


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
        yield from _SEED.findall(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)

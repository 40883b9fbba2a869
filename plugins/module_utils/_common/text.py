# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Text that others have written, such as names and messages, made harmless for terminals, logs and databases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 500
"""Characters of a name or message that are shown and stored."""

_BREAK = re.compile("\r\n|[\t-\r\x85\u2028\u2029]")
# Control characters, surrogates, and characters that change the direction of the text or are invisible. The
# joiners U+200C and U+200D stay: names in Persian or Hindi, and emoji, need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_RESERVED = "__ansible_"  # Ansible reads a dictionary with such a key as a value of its own


def clean(text: str, longest: int | None = LONGEST) -> str:
    """Return the text in one line, without unprintable characters.

    :param longest: characters to keep, with an ellipsis for the rest; None for all.
    """
    if not text.isprintable():  # a space is printable
        text = _UNPRINTABLE.sub("", _BREAK.sub(" ", text))
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"


def clean_all(value: Any, longest: int | None = None) -> Any:
    """Return a JSON value with all its texts and keys cleaned, and without keys that Ansible reserves."""
    if isinstance(value, str):
        return clean(value, longest)
    if isinstance(value, Mapping):
        return {
            clean(str(key)): clean_all(inner, longest)
            for key, inner in value.items()
            if not str(key).startswith(_RESERVED)
        }
    return [clean_all(inner, longest) for inner in value] if isinstance(value, list) else value


def is_clean(text: str) -> bool:
    """Return whether the text is short and contains no unprintable characters."""
    return clean(text) == text

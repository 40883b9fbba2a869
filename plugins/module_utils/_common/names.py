# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Names of people and factors: how they are compared, and which characters they cannot contain."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_NAMED = 10  # maximum number of people in a message for each cause


def fold(name: str) -> str:
    """Return the form in which equal names are equal: OneLogin ignores case, and é can be one character or two."""
    return unicodedata.normalize("NFC", name).lower()


def read_name(option: str, text: str) -> str:
    """Return the name without blanks around it, in the normal form NFC.

    :raises OneLoginError: ``invalid`` for an invisible character, which makes it another name that looks the same.
    """
    name = unicodedata.normalize("NFC", text.strip())
    for place, char in enumerate(name):
        if char != " " and unicodedata.category(char)[0] in "CZ":
            shown = unicodedata.name(char, "a control character")
            raise OneLoginError(
                "invalid",
                f"{option} has an invisible character after {name[:place]!r}: U+{ord(char):04X}, {shown}.",
                hint="Remove the character; nothing was done for this item.",
            )
    return name


def list_names(names: Sequence[str]) -> str:
    """Return the names for a message, at most ten of them."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"

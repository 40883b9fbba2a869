# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of a cell, without what spreadsheets and exports put around it."""

from __future__ import annotations

import re
import unicodedata

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import CellError

_GUARD = re.compile(r'="(?P<text>(?:[^"]|"")*)"')
_APOSTROPHE = re.compile(r"'(?=[=+\-@0-9])")
_KEPT = "\n\t"


def clean_cell(text: str) -> str:
    """Return the text in the normal form NFC, without invisible characters and blanks at its ends.

    Excel's guard ``="00123"`` and the apostrophe of exports, which both keep a spreadsheet from computing, are removed.
    """
    text = _trim(text)
    guarded = _GUARD.fullmatch(text)
    if guarded:
        text = _trim(guarded["text"].replace('""', '"'))
    return unicodedata.normalize("NFC", _APOSTROPHE.sub("", text, count=1) if text.startswith("'") else text)


def read_key(text: str) -> str:
    """Return a cell that has to be exact, such as an e-mail address or the name of a factor.

    :raises CellError: it has an invisible character, which makes it another text that looks the same.
    """
    _refuse(text, "CZ")
    return text


def read_text(text: str) -> str:
    """Return a cell for people to read, such as a name, with plain blanks.

    :raises CellError: it has a control character.
    """
    text = re.sub(r"\s+", " ", text)
    _refuse(text, "C", ("Cf",))
    return text


def clean_text(text: str) -> str:
    """Return a cell of which the plugin knows nothing, without control characters."""
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) != "Cc")


def strip_invisible(text: str) -> str:
    """Return the text without characters that only direct its display, which address books put around numbers."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def _trim(text: str) -> str:
    first, last = 0, len(text)
    while first < last and _is_blank(text[first]):
        first += 1
    while last > first and _is_blank(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_blank(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _refuse(text: str, kinds: str, allowed: tuple[str, ...] = ()) -> None:
    if text.isascii() and text.isprintable():
        return
    for place, char in enumerate(text):
        category = unicodedata.category(char)
        if char != " " and category[0] in kinds and category not in allowed:
            name = unicodedata.name(char, "a control character")
            raise CellError(
                f"there is an invisible character after {text[:place]!r}: U+{ord(char):04X}, {name}. Remove it."
            )

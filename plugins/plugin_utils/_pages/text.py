# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text on a page: what a name may contain, and where a long one may be broken."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

LONGEST_NAME = 500  # characters

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Soft hyphen, Arabic letter mark, zero width space, marks, embeddings, overrides, word joiner, isolates and byte order
# mark. They could show a name as another one. The joiners U+200C and U+200D stay, since names are spelt with them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

_LONG_WORD = re.compile(r"\S{21,}")
_BREAKS = re.compile(r"(?<=.)(?=@)|(?<=[._/+=-])(?=[^._/+=-])")
_PART = 14  # characters; the narrowest column holds more


def plain_text(value: Any) -> str:
    """Plain text on one line, from text or a number; empty for everything else, which may hold anything."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", str(value))).split())


def plain_name(value: Any) -> str:
    """A name as plain text, cut if it is too long to be one."""
    text = plain_text(value)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}\u2026"


def break_long_words(text: str) -> Markup:
    """The text as HTML in which only words that are too long for a column can be broken, if possible after a dot."""
    return Markup("").join(
        part if index % 2 == 0 else _broken(part) for index, part in enumerate(_split(text, _LONG_WORD))
    )


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """The text between the matches and the matches, in turn."""
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [text[end : match.start()], match.group()]
        end = match.end()
    return [*parts, text[end:]]


def _broken(word: str) -> Markup:
    pieces = [piece[i : i + _PART] for piece in _BREAKS.split(word) for i in range(0, len(piece), _PART)]
    return Markup("<wbr>").join(escape(piece) for piece in pieces)

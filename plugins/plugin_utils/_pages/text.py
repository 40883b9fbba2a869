# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text on a page: what a name may contain, and where a long one may be broken."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean
from markupsafe import Markup, escape

# Characters without a width, and those that XML forbids, beside the unprintable ones that are removed everywhere.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2065\ufffe\uffff]")

_LONG_WORD = re.compile(r"\S{21,}")
_BREAKS = re.compile(r"(?<=.)(?=@)|(?<=[._/+=-])(?=[^._/+=-])")
_PART = 14  # characters; the narrowest column holds more


def clean_text(value: Any) -> str:
    """Return plain text on one line, from text or a number; empty for everything else, which may hold anything."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(_INVISIBLE.sub("", clean(str(value), None)).split())


def clean_name(value: Any) -> str:
    """Return a name as plain text, cut if it is too long to be one."""
    return clean(clean_text(value))


def break_long_words(text: str) -> Markup:
    """Return HTML in which only words that are too long for a column can be broken, if possible after a dot."""
    return Markup("").join(
        part if index % 2 == 0 else _break_word(part) for index, part in enumerate(_split(text, _LONG_WORD))
    )


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the text between the matches and the matches, in turn."""
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [text[end : match.start()], match.group()]
        end = match.end()
    return [*parts, text[end:]]


def _break_word(word: str) -> Markup:
    pieces = [piece[i : i + _PART] for piece in _BREAKS.split(word) for i in range(0, len(piece), _PART)]
    return Markup("<wbr>").join(escape(piece) for piece in pieces)

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From bytes to text."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError

try:
    from charset_normalizer import from_bytes
except ImportError:  # requests can work with chardet instead
    HAS_CHARSET_NORMALIZER = False
else:
    HAS_CHARSET_NORMALIZER = True

# UTF-32 first, since its mark begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SPREADSHEETS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp850", "mac_roman", "koi8_r", "cp932", "gb18030", "big5", "cp949"),
]
"""Encodings in which spreadsheets save, the most usual first."""
_WESTERN = "cp1252"
_MAC = "mac_roman"
_CAPITAL = re.compile(r"(?<=[^\W\d_])[À-ÞŒŠŽŸ](?=[a-z])")
_SAMPLE = 500  # lines
_SHARE = 0.4  # of every other byte that is NUL in text of UTF-16


@dataclass(frozen=True)
class Decoded:
    """Text, and the encoding that it was in.

    :param guessed: whether the encoding was detected from the text alone.
    """

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, file: str, encoding: str | None) -> Decoded:
    """Decode the content of a file.

    :param file: its name, for messages.
    :param encoding: the option ``encoding``; None to find it out.
    :raises PeopleFileError: the content is not in the encoding.
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    if encoding:
        return Decoded(_decode_as(data, file, encoding).lstrip("\ufeff"), encoding)
    if marked:
        return Decoded(_decode_as(data[len(mark) :], file, marked), marked)
    if wide := _find_utf16(data):
        return Decoded(_decode_as(data, file, wide), wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        guess = _guess(data, file)
        return Decoded(_decode_as(data, file, guess), guess, guessed=True)


def _decode_as(data: bytes, file: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise PeopleFileError(
            f"The encoding {encoding!r} does not exist. Set encoding to one such as utf-8 or cp1252."
        ) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PeopleFileError(
            f"{file} line {line}: the text is not in {encoding}. Save the file as UTF-8, or correct encoding."
        ) from None


def _find_utf16(data: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark: most text is ASCII, so that every other byte is NUL."""
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = data[first::2]
        if half and half.count(0) > _SHARE * len(half) and not data[1 - first :: 2].count(0):
            return name
    return None


def _guess(data: bytes, file: str) -> str:
    if not HAS_CHARSET_NORMALIZER:
        raise PeopleFileError(
            f"{file} is not in UTF-8. Set encoding, or install the Python library charset-normalizer,"
            " which recognises others: python -m pip install charset-normalizer"
        )
    if b"\r" in data and b"\n" not in data:
        return _MAC  # only Excel for the Mac ends lines so
    # Lines in ASCII show nothing, and would outweigh the few others.
    lines = b"\n".join(islice((line for line in data.splitlines() if not line.isascii()), _SAMPLE))
    matches = from_bytes(lines, cp_isolation=_SPREADSHEETS, threshold=0.5)
    # Names are short, so several often fit equally well.
    ranked = sorted(
        matches,
        key=lambda match: (round(match.chaos, 2), _count_odd(str(match)), -match.coherence, _rank(match.encoding)),
    )
    if not ranked:
        return _WESTERN
    same = (name for name in _SPREADSHEETS if lines.decode(name, "replace") == str(ranked[0]))
    return next(same, ranked[0].encoding)


def _count_odd(text: str) -> int:
    """Return the number of characters that names do not have: signs, half-width kana, and capitals within a word."""
    return len(_CAPITAL.findall(text)) + sum(
        not char.isascii() and (unicodedata.category(char)[0] not in "LM" or "\uff61" <= char <= "\uff9f")
        for char in text
    )


def _rank(encoding: str) -> int:
    return _SPREADSHEETS.index(encoding) if encoding in _SPREADSHEETS else len(_SPREADSHEETS)

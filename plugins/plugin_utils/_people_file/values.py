# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the text of a cell to the value of one of our columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.cells import read_key, read_text
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import CellError

_ADDRESS = re.compile(r"""[^@\s<>"(),:;\[\]\\]+@[^@\s<>"(),:;\[\]\\]+""")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_NUMBER = re.compile(r"([1-9][0-9]*)(\.0+)?")
_FORMULA = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
_NOTHING = ("-", "--", "n/a", "#n/a", "na", "null", "none", "nil")
# As people write them, and as spreadsheets name them in other languages.
_TRUE = (
    "true",
    "yes",
    "y",
    "on",
    "1",
    "1.0",
    "t",
    "x",
    "✓",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "si",
    "vero",
)
_FALSE = ("false", "no", "n", "off", "0", "0.0", "f", "falsch", "nein", "faux", "non", "falso")
_CODE = re.compile(r"[0-9]+")
_DIGITS = 6
"""Digits of a code that OneLogin sends."""


def is_nothing(field: str, text: str) -> bool:
    """Return whether a cell says in words that it is empty."""
    return field in ("email", "phone") and text.lower() in _NOTHING


def read_value(field: str, text: str) -> Any:
    """Return the value of a cell that is not empty.

    :param field: the name of the column among ours.
    :raises CellError: it cannot be used.
    """
    if _FORMULA.fullmatch(text):
        raise CellError(f"{text!r} is the error of a formula. Correct it in the spreadsheet.")
    return _READERS[field](text)


def split_factors(text: str) -> list[str]:
    """Return the names of factors, which ``;``, ``,`` or line ends separate, each once."""
    names: dict[str, str] = {}
    for name in re.split(r"[;,\n\r]", text):
        if name.strip():
            names.setdefault(fold(name.strip()), name.strip())
    return list(names.values())


def _read_email(text: str) -> str:
    text = read_key(re.sub(r"^mailto:\s*", "", text, flags=re.IGNORECASE))
    named = _NAMED.fullmatch(text)
    address = named[1].strip() if named else text
    if not _ADDRESS.fullmatch(address):
        raise CellError(f"{text!r} is not an e-mail address. Write one address, such as jane@example.com.")
    return address


def _read_user_id(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    if not found:
        raise CellError(f"{text!r} is not the id of a OneLogin user, which is a positive number. Correct or remove it.")
    return int(found[1])


def _read_boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise CellError(f"{text!r} is neither true nor false. Write true, false, or nothing.")


def _read_factors(text: str) -> list[str]:
    return [read_key(name) for name in split_factors(text)]


def _read_seconds(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    if not found or not 120 <= int(found[1]) <= 900:
        raise CellError(f"{text!r} is not a number of seconds from 120 to 900.")
    return int(found[1])


def _read_code(text: str) -> str:
    """Read a code; the messages of errors never show it."""
    code = re.sub(r"[\s\-]", "", text)
    if _CODE.fullmatch(code) and len(code) < _DIGITS:
        raise CellError(
            f"the code has {len(code)} digits. Spreadsheets remove zeros at the beginning: format the column as text,"
            " and write the code again."
        )
    if not code.isalnum() or not code.isascii():
        raise CellError("the code has characters other than letters and digits. Write the code only.")
    return code


_READERS: dict[str, Callable[[str], Any]] = {
    "email": _read_email,
    "username": read_key,
    "sign_in": lambda text: _read_email(text) if "@" in text else read_key(text),
    "user_id": _read_user_id,
    "firstname": read_text,
    "lastname": read_text,
    "phone": str,
    "department": read_text,
    "factor": _read_factors,
    "verified": _read_boolean,
    "display_name": read_text,
    "expires_in": _read_seconds,
    "custom_message": read_text,
    "redirect_to": read_key,
    "otp": _read_code,
}

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phone numbers in the international form E.164."""

from __future__ import annotations

import re

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.cells import strip_invisible
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError

try:
    import phonenumbers
except ImportError:
    HAS_PHONENUMBERS = False
else:
    HAS_PHONENUMBERS = True

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_SEPARATORS = re.compile(r"[\s().\-/]|\(0\)")


def check_region(region: str | None) -> None:
    """Refuse a region that national numbers cannot be read with.

    :param region: the option ``region``, a country in two letters.
    :raises PeopleFileError: the library is not installed, or there is no such region.
    """
    if region is None:
        return
    if not HAS_PHONENUMBERS:
        raise PeopleFileError(
            "The option region needs the Python library phonenumberslite."
            " Install it with: python -m pip install phonenumberslite"
        )
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise PeopleFileError(f"There is no region {region!r}. Set region to a country in two letters, such as US.")


def to_e164(text: str, region: str | None) -> str | None:
    """Return a phone number in the form E.164, None if that is not possible.

    :param region: the country of national numbers, in two letters.
    """
    text = strip_invisible(text)
    if HAS_PHONENUMBERS:
        try:
            number = phonenumbers.parse(text, region.upper() if region else None)
        except phonenumbers.NumberParseException:
            return _read_e164(text)
        possible = phonenumbers.is_possible_number(number)
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if possible else None
    return _read_e164(text)


def _read_e164(text: str) -> str | None:
    """Return the number, if it begins with + or 00 and has digits enough."""
    number = _SEPARATORS.sub("", text.replace("(0)", ""))
    number = re.sub(r"^00", "+", number)
    return number if _E164.fullmatch(number) else None

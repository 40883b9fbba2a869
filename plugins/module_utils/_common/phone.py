# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Phone numbers in the form that OneLogin takes, E.164: a plus sign, the country code and the number, digits only."""

from __future__ import annotations

import re
import unicodedata

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NOISE = re.compile(r"\(0\)|[\s().\-/\u2010-\u2015]|^tel:", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"^(?:00|011)(?=[1-9])")


def check_phone(option: str, number: str) -> str:
    """Return the number if it has the form E.164.

    :raises OneLoginError: ``invalid``, with a suggested number.
    """
    if _E164.fullmatch(number):
        return number
    meant = guess_phone(number)
    hint = (
        f'Write it as text: "{meant}".'
        if meant
        else "Write it as text, with a plus sign and the country code, such as +64272001122."
    )
    suffix = f" Did you mean {meant}?" if meant else ""
    raise OneLoginError("invalid", f"{option} is {number}; it is not in the form E.164.{suffix}", hint=hint)


def guess_phone(number: str) -> str | None:
    """Suggest a number in the form E.164; None if the country code cannot be known."""
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", number).strip())
    digits = _INTERNATIONAL.sub("+", digits)
    # YAML reads +64272001122 as a number, which has no plus sign.
    meant = digits if digits.startswith("+") else f"+{digits}"
    return meant if _E164.fullmatch(meant) else None

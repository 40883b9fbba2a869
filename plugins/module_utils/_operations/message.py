# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The message to a person: the validity of its code, and its text.

Facts: expires_in is 120 to 900 seconds, 120 by default; custom_message is for SMS only and may have 160 characters once
{{otp_code}} and {{otp_expiry}} (minutes) are filled in
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/enroll-factor).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range

DEFAULT_EXPIRES_IN = 120
_SHORTEST, _LONGEST = 120, 900
_CODE_LENGTH = 6
_MESSAGE_LENGTH = 160
_VARIABLES = ("otp_code", "otp_expiry")
_WITHOUT_ZEROS = 100_000  # from here on a number has all six digits of a code


@dataclass(frozen=True)
class Message:
    """The parts of a message that can be chosen; its text is in OneLogin's form."""

    expires_in: int | None = None
    custom_message: str | None = None
    redirect_to: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Message:
        """Read it from an item's options.

        :raises OneLoginError: ``invalid``.
        """
        expires_in = options.get("expires_in")
        if expires_in is not None:
            check_range("expires_in", expires_in, _SHORTEST, _LONGEST, "seconds")
        text = options.get("custom_message")
        if text is not None:
            text = _with_double_braces(text)
            _check_length(text, expires_in or DEFAULT_EXPIRES_IN)
        redirect_to = options.get("redirect_to")
        if redirect_to is not None and not redirect_to.lower().startswith(("https://", "http://")):
            raise OneLoginError("invalid", f"redirect_to is not a web address: {redirect_to}")
        return cls(expires_in, text, redirect_to)

    @property
    def lifetime(self) -> int:
        """Seconds for which the code is valid."""
        return self.expires_in or DEFAULT_EXPIRES_IN

    def check_factor(self, factor: Factor) -> None:
        """Fail if the factor cannot have a text.

        :raises OneLoginError: ``invalid``.
        """
        if self.custom_message is not None and not factor.type.takes_message:
            raise OneLoginError(
                "invalid",
                f"custom_message is set for {factor.name}, but only SMS has one.",
                hint="Leave custom_message out for this factor.",
            )

    def as_body(self, sends: bool = True) -> dict[str, Any]:
        """Return the fields of a request, only those that were chosen.

        :param sends: whether the request sends a message, whose code can expire.
        """
        fields = {
            "expires_in": self.expires_in if sends else None,
            "custom_message": self.custom_message,
            "redirect_to": self.redirect_to,
        }
        return {name: value for name, value in fields.items() if value is not None}


def _with_double_braces(text: str) -> str:
    for name in _VARIABLES:
        if "{{" + name + "}}" not in text:
            text = text.replace("{" + name + "}", "{{" + name + "}}")
    return text


def _check_length(text: str, expires_in: int) -> None:
    minutes = -(-expires_in // 60)
    filled = text.replace("{{otp_code}}", "0" * _CODE_LENGTH).replace("{{otp_expiry}}", str(minutes))
    if len(filled) > _MESSAGE_LENGTH:
        raise OneLoginError(
            "invalid",
            f"custom_message has {len(filled)} characters with the code and the minutes inserted;"
            f" the maximum is {_MESSAGE_LENGTH}.",
        )


def read_code(options: Mapping[str, Any]) -> str | None:
    """Read the one-time code of an item, as text and without spaces.

    :raises OneLoginError: ``invalid`` for what is not text: YAML reads 042137 as an octal number.
    """
    code = options.get("otp")
    if isinstance(code, int) and not isinstance(code, bool) and code >= _WITHOUT_ZEROS:
        code = str(code)
    if code is not None and not isinstance(code, str):
        raise OneLoginError(
            "invalid", "The code (otp) is not text, so leading zeros may be lost.", hint="Put it in quotes."
        )
    return "".join((code or "").split()) or None

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The message that goes to a person: how long its code is good for, and what it says.

Facts: expires_in is 120 to 900 seconds, 120 by default; custom_message is for SMS only and may have 160 characters once
{{otp_code}} and {{otp_expiry}} (minutes) are filled in
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/enroll-factor).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import Factor
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import refuse_outside
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import kind_of

DEFAULT_EXPIRES_IN = 120
_SHORTEST, _LONGEST = 120, 900
_CODE_LENGTH = 6
_MESSAGE_LENGTH = 160
_VARIABLES = ("otp_code", "otp_expiry")


@dataclass(frozen=True)
class Message:
    """What of a message can be chosen; its text is in OneLogin's form."""

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
            refuse_outside("expires_in", expires_in, _SHORTEST, _LONGEST, "seconds")
        text = options.get("custom_message")
        if text is not None:
            text = _in_onelogins_form(text)
            _refuse_too_long(text, expires_in or DEFAULT_EXPIRES_IN)
        redirect_to = options.get("redirect_to")
        if redirect_to is not None and not redirect_to.lower().startswith(("https://", "http://")):
            raise OneLoginError("invalid", f"redirect_to is no web address: {redirect_to}")
        return cls(expires_in, text, redirect_to)

    @property
    def lifetime(self) -> int:
        """Seconds the code is good for."""
        return self.expires_in or DEFAULT_EXPIRES_IN

    def refuse_unless_it_fits(self, factor: Factor) -> None:
        """:raises OneLoginError: ``invalid`` where the factor cannot carry it."""
        if self.custom_message is not None and not kind_of(factor.auth_name).takes_message:
            raise OneLoginError(
                "invalid",
                f"custom_message is given for {factor.name}, and only SMS carries one.",
                hint="Leave custom_message out for this factor.",
            )

    def as_body(self) -> dict[str, Any]:
        """The fields of a request, only those that were chosen."""
        fields = {
            "expires_in": self.expires_in,
            "custom_message": self.custom_message,
            "redirect_to": self.redirect_to,
        }
        return {name: value for name, value in fields.items() if value is not None}


def _in_onelogins_form(text: str) -> str:
    for name in _VARIABLES:
        if "{{" + name + "}}" not in text:
            text = text.replace("{" + name + "}", "{{" + name + "}}")
    return text


def _refuse_too_long(text: str, expires_in: int) -> None:
    minutes = -(-expires_in // 60)
    filled = text.replace("{{otp_code}}", "0" * _CODE_LENGTH).replace("{{otp_expiry}}", str(minutes))
    if len(filled) > _MESSAGE_LENGTH:
        raise OneLoginError(
            "invalid",
            f"custom_message has {len(filled)} characters once code and minutes are filled in;"
            f" it may have {_MESSAGE_LENGTH}.",
        )

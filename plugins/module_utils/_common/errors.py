# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The error type of the collection, with its codes and hints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypedDict

from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean

HINTS = {
    "invalid": "Correct the input and run again; nothing was changed for this item.",
    "unauthorized": "Check the client_id and client_secret, or the access_token, and that they belong to this account.",
    "forbidden": "Use an API credential with the scope Manage All.",
    "not_found": "Check the id; it may have been removed or have expired.",
    "unknown_user": "Check the spelling, and that the user exists in this OneLogin account.",
    "no_phone": "Add the phone number to the user's record in OneLogin, or choose another factor. Nothing was sent.",
    "inactive": "Activate or unlock the user in OneLogin, then run again. Nothing was sent.",
    "not_in_policy": "Choose another factor, allow this one in the policy, or move the user to another group."
    " Nothing was sent.",
    "unknown_factor": "Use one of the account's factors; mfa_factor_info lists the ones available to a user.",
    "ambiguous": "Set the id of the one that you mean.",
    "rate_limited": "Run again after the limit has restarted, or raise rate_limit_timeout to wait for it.",
    "unavailable": "Run again later; completed items are found and skipped.",
    "timeout": "Raise the timeout, or check again later; a run without an answer changes nothing.",
    "rejected": "Ask the person whether they rejected it on purpose, then run again.",
    "expired": "Run again to start a new one.",
    "otp_rejected": "Ask the person for the code again; it can be tried until it expires.",
    "unconfirmed": "Check the user's devices before you send again.",
    "unlicensed": "Leave out what needs custom security policies, or ask OneLogin for a plan that includes them.",
    "bad_response": "Check the subdomain or base_url, and any proxy between this machine and OneLogin.",
}
"""The error codes, each with the hint for errors without one of their own."""


class ErrorResult(TypedDict):
    """An error as a module's result contains it."""

    code: str
    http_status: int | None
    message: str
    request_id: str | None
    hint: str


class OneLoginError(Exception):
    """The failure of one item, for the reader of the result.

    :param code: one of the keys of :data:`HINTS`.
    :param message: a sentence that says what failed; its full stop is optional.
    :param http_status: status of OneLogin's response, if there was one.
    :param request_id: OneLogin's X-Request-Id, if there was one.
    :param hint: what to do; by default, the hint of the code.
    :param retry_after: seconds after which the same call may succeed, if known.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        http_status: int | None = None,
        request_id: str | None = None,
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        message = clean(message, None)
        self.message = message if message.endswith((".", "!", "?")) else f"{message}."  # because the hint follows it
        self.http_status = http_status
        self.request_id = clean(request_id) if request_id else None
        self.hint = hint or HINTS[code]
        self.retry_after = retry_after

    @classmethod
    def from_result(cls, result: Mapping[str, Any]) -> OneLoginError:
        """Read an error that a module returned."""
        code = result["code"] if result["code"] in HINTS else "invalid"
        return cls(
            code,
            str(result.get("message") or ""),
            http_status=result.get("http_status"),
            request_id=result.get("request_id"),
            hint=result.get("hint"),
        )

    def as_result(self) -> ErrorResult:
        """Return the error as it stands in a module's result."""
        return {
            "code": self.code,
            "http_status": self.http_status,
            "message": self.message,
            "request_id": self.request_id,
            "hint": self.hint,
        }


class OutcomeUnknown(OneLoginError):
    """A write that was sent and whose effect is not known."""

    def __init__(self, cause: OneLoginError) -> None:
        super().__init__(
            "unconfirmed",
            f"It is not known whether the request took effect: {cause.message}",
            http_status=cause.http_status,
            request_id=cause.request_id,
        )


class CodeRefused(OneLoginError):
    """A one-time code that OneLogin did not accept."""

    def __init__(self, *, http_status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(
            "otp_rejected",
            "The one-time code was not accepted.",
            http_status=http_status,
            request_id=request_id,
        )


class Unforeseen(OneLoginError):
    """A bug of the collection that failed one item; the other items continue.

    It has the place and not the text of the exception, which may contain a secret.
    """

    def __init__(self, mistake: Exception) -> None:
        frames = extract_tb(mistake.__traceback__)
        place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
        super().__init__(
            "unconfirmed",
            f"It is not known whether this took effect, because of a bug in the collection:"
            f" {type(mistake).__name__}{place}.",
            hint="Check the user's devices before you send again, and report this bug.",
        )

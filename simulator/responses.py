# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses, with the error bodies that OneLogin is known to send."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import Any

NOT_FOUND_TEXT = "The resource can't be found or the server has not found anything matching the Request-URI"


@dataclass
class ApiResponse:
    """One HTTP response: ``body`` is a JSON value, ``raw`` is bytes that are not JSON.

    Without either there is no body. With ``is_cut``, only half of what Content-Length announces is sent. ``padding`` is
    the number of megabytes of blanks before the body; ``is_gzipped`` compresses both.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    is_cut: bool = False
    padding: int = 0
    is_gzipped: bool = False

    def encode(self) -> bytes:
        """Return the body as compact JSON, the form whose length OneLogin's captures show."""
        if self.raw is not None:
            return self.raw
        if self.body is None:
            return b""
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()


def compress_blanks(megabytes: int) -> bytes:
    """Return a number of megabytes of blanks, compressed in pieces."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(b" " * 2**20) for _megabyte in range(megabytes)]
    return b"".join([*pieces, packer.flush()])


class RefusedError(Exception):
    """Raised for a rejected call; contains the response to send."""

    def __init__(self, response: ApiResponse) -> None:
        super().__init__(response.status)
        self.response = response


_ENVELOPE_TYPES = {400: "bad request", 401: "Unauthorized", 404: "not found"}


def build_success() -> dict[str, Any]:
    """Return the v1 envelope's status part for success."""
    return {"error": False, "code": 200, "type": "success", "message": "Success"}


def build_envelope(status: int, message: str) -> ApiResponse:
    """Return an error in the v1 envelope, the form of the auth and events calls."""
    kind = _ENVELOPE_TYPES[status]
    body = {"status": {"error": True, "code": status, "type": kind, "message": message}}
    return ApiResponse(status, body)


def build_error(status: int, name: str, message: str, **more: Any) -> ApiResponse:
    """Return an error in the v2 form."""
    return ApiResponse(status, {"statusCode": status, "name": name, "message": message, **more})


def build_no_route() -> ApiResponse:
    """Return the error for a wrong path or method."""
    return build_envelope(404, "No Route Exists")


def build_not_found(name: str = "NotFoundError", message: str = NOT_FOUND_TEXT) -> ApiResponse:
    """Return the error for an unknown user, device, registration or verification."""
    return build_error(404, name, message)


def build_bad_request(message: str) -> ApiResponse:
    """Return the error for a missing or unreadable parameter."""
    return build_error(400, "BadRequestError", message)


def build_invalid(message: str, status: str = "422") -> ApiResponse:
    """Return the error for a value that is not allowed; ``status`` is the choice of the switch concerned."""
    if status == "404":
        return build_not_found()
    if status == "400":
        return build_bad_request(message)
    return build_error(422, "UnprocessableEntityError", message)


TOKEN_401 = {
    "credentials": build_error(401, "InvalidCredentials", "Please provide valid credentials"),
    "envelope": build_envelope(401, "Authentication Failure"),
    "authentication": build_error(401, "UnauthorizedError", "This request requires Authentication"),
    "unauthorized": build_error(401, "UnauthorizedError", "Unauthorized"),
}
WRONG_CODE_401 = {
    "factor": build_error(401, "Unauthorized", "Failed authentication with this factor"),
    "credentials": TOKEN_401["credentials"],
}
SCOPE_ERROR = {
    "401": build_envelope(401, "Insufficient Permission"),
    "403": build_error(
        403,
        "ForbiddenAction",
        "You are not authorised to perform this action or access the resource",
    ),
}
THROTTLED = {
    "429": build_error(429, "TooManyRequests", "Rate limit"),
    "400": build_envelope(400, "rate_limit_exceeded"),
}

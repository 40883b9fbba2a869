# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls below ``/auth``, and the check of the token and the scope for every other call."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import parse_qs

from simulator.clock import format_iso_millis
from simulator.request import ApiRequest
from simulator.responses import SCOPE_ERROR, TOKEN_401, ApiResponse, RefusedError, build_envelope, build_success
from simulator.tokens import Credential, Token

_CUSTOM = re.compile(r"^\s*client_id\s*:\s*(\S+?)\s*,\s*client_secret\s*:\s*(\S+)\s*$", re.I)
_BEARER = re.compile(r"^bearer\s*:?\s*(\S+)$", re.I)


def authenticate(request: ApiRequest, family: str, scopes: tuple[str, ...]) -> Token:
    """Return the valid token of a resource call; raises RefusedError without one or if the scope is too small.

    ``family`` (mfa, users or v1) decides which of the documented 401 bodies is sent.
    """
    found = _BEARER.match(request.headers.get("authorization", "").strip())
    token = request.sim.tokens.find(found.group(1)) if found else None
    if token is None:
        if found:
            request.sim.issued_secrets.note("access token", found.group(1))
        style = request.read_switch("token_401")
        if style == "documented":
            style = {"mfa": "credentials", "users": "unauthorized", "v1": "envelope"}[family]
        raise RefusedError(TOKEN_401[style])
    if token.credential.scope not in scopes:
        raise RefusedError(SCOPE_ERROR[request.read_switch("scope_error")])
    return token


def grant_token_v2(request: ApiRequest) -> ApiResponse:
    """``POST /auth/oauth2/v2/token``: the flat response."""
    return ApiResponse(200, _grant_token(request))


def grant_token_v1(request: ApiRequest) -> ApiResponse:
    """``POST /auth/oauth2/token``: the same, wrapped."""
    return ApiResponse(200, {"status": build_success(), "data": [_grant_token(request)]})


def _grant_token(request: ApiRequest) -> dict[str, Any]:
    fields = _read_fields(request)
    if fields.get("grant_type") != "client_credentials":
        raise RefusedError(build_envelope(400, "grant_type is incorrect/absent"))
    token = request.sim.tokens.issue(_find_credential(request, fields), request.sim.settings.token_life)
    return {
        "access_token": token.text,
        "created_at": format_iso_millis(token.created_at),
        "expires_in": token.life,
        "refresh_token": "deprecated",
        "token_type": "bearer",
        "account_id": request.sim.settings.account_id,
    }


def revoke(request: ApiRequest) -> ApiResponse:
    """``POST /auth/oauth2/revoke``: only the credential's own token."""
    fields = _read_fields(request)
    credential = _find_credential(request, fields)
    if not fields.get("access_token"):
        raise RefusedError(build_envelope(400, "Access Token Missing"))
    token = request.sim.tokens.find(str(fields["access_token"]))
    if token is None or token.credential != credential:
        raise RefusedError(build_envelope(401, "Authentication Failure"))
    request.sim.tokens.revoke(token)
    return ApiResponse(200, {"status": build_success()})


def get_rate_limit(request: ApiRequest) -> ApiResponse:
    """``GET /auth/rate_limit``: the rate limit; this call does not count."""
    return ApiResponse(200, {"status": build_success(), "data": request.sim.rate.build_values()})


def _read_fields(request: ApiRequest) -> dict[str, Any]:
    """Return the body's fields, whether JSON or a form."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return {k: v[0] for k, v in parse_qs(request.body.decode("utf-8", "replace")).items()}
    if kind != "application/json":
        text = (
            "Content Type is not specified or specified incorrectly. "
            "Content-Type header must be set to application/json"
        )
        raise RefusedError(build_envelope(400, text))
    try:
        fields = json.loads(request.body)
    except ValueError:
        fields = None
    return fields if isinstance(fields, dict) else {}


def _find_credential(request: ApiRequest, fields: dict[str, Any]) -> Credential:
    """Return the credential of the call in any of its three forms."""
    header = request.headers.get("authorization", "")
    if header:
        request.sim.issued_secrets.note("authorization header", header.partition(" ")[2])
        pair = _parse_header(header)
    elif fields.get("client_id") or fields.get("client_secret"):
        pair = str(fields.get("client_id")), str(fields.get("client_secret"))
    else:
        raise RefusedError(build_envelope(400, "The authorization information is missing"))
    if pair is None:
        raise RefusedError(build_envelope(400, "Authorization Information is incorrect"))
    request.sim.issued_secrets.note("client secret", pair[1])
    credential = request.sim.tokens.credentials.get(pair[0])
    if credential is None or credential.client_secret != pair[1]:
        raise RefusedError(build_envelope(401, "Authentication Failure"))
    return credential


def _parse_header(header: str) -> tuple[str, str] | None:
    custom = _CUSTOM.match(header)
    if custom:
        return custom.group(1), custom.group(2)
    scheme, _blank, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (client_id, secret) if colon else None

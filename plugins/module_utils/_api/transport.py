# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send one request and return its response, without a retry."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.deadline import count_seconds_left, limit_time
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import (
    CertificateError,
    NewConnectionError,
    requests,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.wire import Adapter
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.version import VERSION

_DEADLINE = 3  # maximum duration of a request, as a multiple of the timeout
_LONGEST = 16 * 1024 * 1024  # bytes of a response: a page of users is below 1 MiB
_CHUNK = 64 * 1024
_POOLED = 64  # maximum number of open connections, which is the maximum number of threads
_OTHER_SERVER = "Check the subdomain or base_url: the certificate belongs to another server."
_UNKNOWN_AUTHORITY = "Set ca_path to the certificate authority that signed the server's certificate."
_OTHER_NAME = 62
# By the X509_V_ERR numbers of OpenSSL's x509_vfy.h: not yet valid, expired, and another host name or address.
_TLS_HINTS = {
    9: "The server's certificate is not valid yet. Check this machine's clock.",
    10: "The server's certificate has expired. Renew it, or correct this machine's clock.",
    _OTHER_NAME: _OTHER_SERVER,
    64: _OTHER_SERVER,
}


@dataclass(frozen=True)
class Response:
    """A response of OneLogin. ``body`` is the JSON value, or None for an empty body or one that is not JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any
    is_json: bool
    text: str

    @property
    def request_id(self) -> str | None:
        """OneLogin's id of this request, for a support ticket."""
        return self.headers.get("X-Request-Id")


class RequestFailed(Exception):
    """The request got no response.

    :param error: the error to report.
    :param sent: whether the request may have reached OneLogin.
    :param lasting: whether a retry cannot help.
    """

    def __init__(self, error: OneLoginError, *, sent: bool, lasting: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.sent = sent
        self.lasting = lasting


class Transport:
    """A pool of connections to one account. No cookie is kept, no redirect followed, no .netrc read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        headers = {"Accept": "application/json", "User-Agent": f"ansible-collection/community.onelogin/{VERSION}"}
        # Requests are built here and passed to the adapter, because a session needs a third more time for each.
        base_url = connection.base_url or "https://nobody.invalid"  # without an account, nothing is sent
        self._request = requests.Request("GET", base_url + "/", headers=headers).prepare()
        self._base = str(self._request.url).rstrip("/")
        self._adapter = Adapter(pool_connections=1, pool_maxsize=_POOLED, max_retries=0)
        # Proxies and certificate authorities of the environment, unless the options override them.
        self._settings: Mapping[str, Any] = requests.Session().merge_environment_settings(
            connection.base_url, {}, True, connection.verify, None
        )
        if connection.is_loopback:
            self._settings = {**self._settings, "proxies": {}}

    def send(
        self,
        method: str,
        path: str,
        authorization: str,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        """Send one request.

        :raises RequestFailed: if there is no response.
        """
        request = self._request.copy()
        request.method = method
        request.url = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        request.headers["Authorization"] = authorization
        if body is not None:
            request.prepare_body(None, None, json=body)
        timeout = self._connection.request_timeout
        try:
            with limit_time(_DEADLINE * timeout):
                timeout = max(0.001, min(timeout, count_seconds_left()))
                return _read_response(self._adapter.send(request, timeout=timeout, **self._settings))
        except OSError as problem:  # as all of requests' own are
            raise self._request_failed(problem) from None

    def _request_failed(self, problem: Exception) -> RequestFailed:
        host = self._connection.base_url
        timeout = self._connection.request_timeout
        # Other exceptions are raised before requests connects: the file of authorities does not exist.
        no_file = not isinstance(problem, requests.exceptions.RequestException)
        if no_file or isinstance(problem, requests.exceptions.SSLError):
            error = OneLoginError(
                "unavailable",
                f"No trusted TLS connection to {host}: {_cause(problem)}",
                hint=_TLS_HINTS.get(_verify_code(problem), _UNKNOWN_AUTHORITY),
            )
            # Only a rejected certificate proves that nothing was sent; other errors can also break a response.
            return RequestFailed(error, sent=not (no_file or _verify_code(problem)), lasting=True)
        if isinstance(problem, requests.exceptions.ConnectTimeout):
            return RequestFailed(
                OneLoginError("unavailable", f"No connection to {host} within {timeout} s."), sent=False
            )
        if isinstance(problem, requests.exceptions.Timeout):
            error = OneLoginError("unavailable", f"No response from {host} within {timeout} s.")
            return RequestFailed(error, sent=True)
        error = OneLoginError("unavailable", f"No connection to {host}: {_cause(problem)}")
        if isinstance(problem, requests.exceptions.ConnectionError) and _is_refused(problem):
            error.hint = "Check the subdomain or base_url, the network and the proxy."
            return RequestFailed(error, sent=False)
        if not isinstance(problem, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            # An invalid request is a ValueError, and so is an invalid header of the response.
            answered = isinstance(problem, requests.exceptions.InvalidHeader)
            if answered:
                error.message = f"The response from {host} is not valid: {_cause(problem)}."
            return RequestFailed(error, sent=answered or not isinstance(problem, ValueError), lasting=True)
        error.message = f"The connection to {host} broke before the response was complete."
        return RequestFailed(error, sent=True)


@lru_cache(maxsize=8)
def _of_process(connection: Connection, process: int) -> Transport:  # noqa: ARG001 - part of what it is cached by
    return Transport(connection)


def transport_to(connection: Connection) -> Transport:
    """Return the transport of this process, so that the items of a loop share connections; it ends with the process."""
    return _of_process(connection, os.getpid())


def _read_response(response: Any) -> Response:
    is_json, body = True, None
    content = _read_content(response)
    try:
        body = json.loads(content)  # JSON is in Unicode, whatever the headers say
    except (ValueError, RecursionError):
        is_json = False
    return Response(response.status_code, response.headers, body, is_json, content[:2000].decode(errors="replace"))


def _read_content(response: Any) -> bytes:
    """Read a response to its end; the connection can break meanwhile.

    :raises RequestFailed: it is too long, or compressed although that was not requested.
    """
    content = bytearray()
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    wrong = f"is compressed as {encoding[:20]}, which was not requested" if encoding not in ("", "identity") else ""
    try:
        for chunk in () if wrong else response.iter_content(_CHUNK):
            content += chunk
            if len(content) > _LONGEST:
                wrong = f"is longer than {_LONGEST // 1024**2} MiB"
                break
    except ValueError as problem:  # http.client's, for a chunk of negative length
        raise requests.exceptions.ChunkedEncodingError(problem) from None
    if wrong:
        response.close()
        error = OneLoginError("bad_response", f"OneLogin's response {wrong}.", http_status=response.status_code)
        raise RequestFailed(error, sent=True, lasting=True)
    return bytes(content)


def _chain(problem: BaseException) -> list[BaseException]:
    """Return an exception and all it wraps: requests keeps the cause in its arguments, urllib3 in an attribute."""
    seen: list[BaseException] = []
    todo: list[Any] = [problem]
    while todo:
        one = todo.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return seen


def _is_refused(problem: BaseException) -> bool:
    return any(isinstance(one, NewConnectionError) for one in _chain(problem))


def _verify_code(problem: BaseException) -> int:
    """Return OpenSSL's number of the error in a certificate; 0 if it is not known."""
    for one in _chain(problem):
        if isinstance(one, ssl.SSLCertVerificationError):
            return one.verify_code
        if isinstance(one, CertificateError):  # urllib3 before 2 compares the names itself
            return _OTHER_NAME
    return 0


def _cause(problem: BaseException) -> str:
    for one in reversed(_chain(problem)):
        if isinstance(one, CertificateError):
            return str(one)
        if isinstance(one, OSError) and (one.strerror or one.args):
            return one.strerror or str(one.args[-1])
    return type(problem).__name__

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Call the OneLogin API: authorised, within the rate limit, with retries where they are safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenSource, TokenStore
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import RateLimit, read_header_seconds
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import (
    RequestFailed,
    Response,
    transport_to,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import (
    CodeRefused,
    OneLoginError,
    OutcomeUnknown,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean

_BACKOFF_CAP = 30.0
_SAFE_TO_REPEAT = ("GET", "DELETE")
_WRONG_CODE = "failed authentication with this factor"
_INSUFFICIENT = "insufficient permission"


class _Throttled(Exception):
    """OneLogin rejected the call because of the rate limit; ``seconds`` is the requested wait, if any."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__()
        self.seconds = seconds


class _TokenRefused(Exception):
    def __init__(self, error: OneLoginError) -> None:
        super().__init__(error.message)
        self.error = error


class Client:
    """One account, one session, any number of threads.

    :param connection: the account and its credential.
    :param clock: the source of the time.
    :param store: where processes share their access token.

    ``on_response`` is called with the path and the response of each request, whatever follows from it.
    """

    def __init__(self, connection: Connection, clock: Clock, store: TokenStore | None = None) -> None:
        self.connection = connection
        self.limit = RateLimit(clock, connection.rate_limit_timeout, connection.rate_limit_reserve)
        self.on_response: Callable[[str, Response], None] = lambda _path, _response: None
        self.calls = 0
        self.retries = 0
        self._clock = clock
        self._transport = transport_to(connection)
        self._lock = threading.Lock()
        self.tokens = TokenSource(connection, self._credential_call, store)

    def read_rate_limit(self) -> tuple[Mapping[str, Any], Response]:
        """Read the rate limit and apply it from now on; its numbers are in the body, not in the headers.

        :returns: the numbers, by the names of the headers, and the response that contains them.
        :raises OneLoginError: see :meth:`call`.
        """
        response = self.call("GET", "/auth/rate_limit")
        data = response.body.get("data") if isinstance(response.body, Mapping) else None
        numbers: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self.limit.observe(numbers)
        return numbers, response

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        carries_code: bool = False,
        once: bool = False,
        repeatable: bool = False,
        token: str | None = None,
        on_send: Callable[[], None] | None = None,
    ) -> Response:
        """Call the API and return its successful response.

        :param carries_code: the body contains a one-time code, so a 401 can mean a wrong code.
        :param once: leave retries to the caller, who finds the time for them in ``retry_after``.
        :param repeatable: the write sets absolute values, so it can be repeated if its outcome is unknown.
        :param token: use only this token, and do not renew it.
        :param on_send: called just before each request is sent, after any wait.
        :raises OneLoginError: for every other outcome.
        :raises OutcomeUnknown: if a write may or may not have taken effect.
        :raises CodeRefused: if OneLogin rejected the code.
        """
        renewed = token is not None
        token = token or self.tokens.get_token()
        while True:
            try:
                return self._try_again_where_safe(
                    method, path, f"Bearer {token}", query, body, once, safe=repeatable, on_send=on_send
                )
            except CodeRefused as refusal:
                raise (refusal if carries_code else _misplaced(refusal)) from None
            except _TokenRefused as refusal:
                if renewed or not self.connection.has_credential:
                    raise (CodeRefused() if carries_code else refusal.error) from None
                fresh = self.tokens.renew(token)
                if carries_code and fresh == token:
                    # OneLogin returns the same token while it is valid, so the token was not the reason.
                    raise CodeRefused(
                        http_status=refusal.error.http_status, request_id=refusal.error.request_id
                    ) from None
                token, renewed = fresh, True

    def _credential_call(self, path: str, authorization: str, body: Mapping[str, Any]) -> Response:
        """Call with the credential in place of a token; safe to repeat, because it returns the same token again."""
        for last in (False, True):
            try:
                return self._try_again_where_safe("POST", path, authorization, None, body, once=False, safe=True)
            except OneLoginError as trouble:
                # It must not be mistaken for the response to the call that needs the token.
                raise (_misplaced(trouble) if trouble.code in ("not_found", "otp_rejected") else trouble) from None
            except _TokenRefused as refusal:
                # Valid credentials are sometimes rejected (onelogin/onelogin-ruby-sdk#76), so try once more.
                if last:
                    error = refusal.error
                    error.message = f"OneLogin rejected the API credential: {error.message}"
                    raise error from None
                self._clock.sleep(self._clock.jitter(0.2, 0.5))
        raise AssertionError("unreachable")

    def _try_again_where_safe(
        self,
        method: str,
        path: str,
        authorization: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        once: bool,
        safe: bool = False,
        on_send: Callable[[], None] | None = None,
    ) -> Response:
        safe = safe or method in _SAFE_TO_REPEAT
        tries, throttles = 0, 0
        in_doubt = False
        while True:
            with _unconfirmed_if(in_doubt):
                self.limit.admit(patient=not once)
            tries += 1
            if on_send:
                on_send()
            try:
                return self._send(method, path, authorization, query, body)
            except _Throttled as refusal:
                tries -= 1
                throttles += 1
                seconds = self._backoff(throttles) if refusal.seconds is None else refusal.seconds
                with _unconfirmed_if(in_doubt):
                    self.limit.record_throttling(seconds, patient=not once)
            except RequestFailed as trouble:
                in_doubt = in_doubt or (trouble.sent and (not safe or method in ("DELETE", "PUT")))
                if once or tries >= self.connection.retries or not _may_repeat(trouble, safe):
                    trouble.error.retry_after = None if trouble.lasting else self._backoff(1)
                    with _unconfirmed_if(in_doubt):
                        raise trouble.error from None
                self._clock.sleep(self._backoff(tries))
            with self._lock:
                self.retries += 1

    def _send(
        self,
        method: str,
        path: str,
        authorization: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Response:
        with self._lock:
            self.calls += 1
        response = self._transport.send(method, path, authorization, query, body)
        self.limit.observe(response.headers)
        self.on_response(path, response)
        if 200 <= response.status < 300:
            if response.is_json or response.status == 204 or (method == "DELETE" and not response.text.strip()):
                return response
            raise RequestFailed(self._error("bad_response", response, "OneLogin's response is not JSON"), sent=True)
        raise self._refusal(response)

    def _refusal(self, response: Response) -> Exception:
        """Return the exception for an unsuccessful response."""
        status, message = response.status, _read_message(response)
        lowered = message.lower()
        if status == 429 or (status == 400 and "rate_limit_exceeded" in response.text):
            return _Throttled(_seconds_to_wait(response, self._clock.now().timestamp()))
        if status >= 500:
            return RequestFailed(self._error("unavailable", response, message), sent=True)
        if status == 401 and _WRONG_CODE in lowered:
            return CodeRefused(http_status=status, request_id=response.request_id)
        if status == 403 or (status == 401 and _INSUFFICIENT in lowered):
            return self._error("forbidden", response, message)
        if status == 401:
            return _TokenRefused(self._error("unauthorized", response, message))
        if status == 404:
            return self._error("not_found", response, message)
        if 300 <= status < 400 or not response.is_json:
            return self._error("bad_response", response, message)
        error = self._error("invalid", response, message)
        error.hint = "Correct the input, or the user's record in OneLogin, and run again."
        return error

    def _error(self, code: str, response: Response, message: str) -> OneLoginError:
        message = clean(message, None)  # Mask secrets before the text is cut, because a cut could leave a part of one.
        for secret in (*self.connection.secrets, *self.tokens.secrets):
            message = message.replace(secret, "***")
        return OneLoginError(
            code,
            f"{clean(message)} (HTTP {response.status})",
            http_status=response.status,
            request_id=response.request_id,
        )

    def _backoff(self, tries: int) -> float:
        """Return seconds before the next try: exponential from half a second, with jitter."""
        longest = min(_BACKOFF_CAP, 0.5 * 2**tries)
        return self._clock.jitter(longest / 2, longest)


def _may_repeat(trouble: RequestFailed, safe: bool) -> bool:
    """Return whether a retry can help, and is harmless if this request had its effect."""
    return not trouble.lasting and (safe or not trouble.sent)


def _misplaced(error: OneLoginError) -> OneLoginError:
    """Return the error for a rejection that OneLogin cannot have sent for this call, but a gateway."""
    return OneLoginError(
        "bad_response",
        f"This response is not possible for this request: {error.message}",
        http_status=error.http_status,
        request_id=error.request_id,
    )


def _seconds_to_wait(response: Response, now: float) -> float | None:
    for name in ("Retry-After", "X-RateLimit-Reset"):
        seconds = read_header_seconds(response.headers, name, now)
        if seconds is not None:
            return max(1.0, seconds)
    return None


@contextmanager
def _unconfirmed_if(in_doubt: bool) -> Iterator[None]:
    """Make an error ``unconfirmed`` if an earlier request, or this one, may have had its effect."""
    try:
        yield
    except OneLoginError as error:
        raise (OutcomeUnknown(error) if in_doubt else error) from None


def _read_message(response: Response) -> str:
    """Read the message of an error body, in any of OneLogin's forms (the error bodies of auth, MFA, users)."""
    if 300 <= response.status < 400:
        return f"OneLogin redirects to {response.headers.get('Location', 'somewhere')}; redirects are not followed"
    body = response.body
    if not isinstance(body, Mapping):
        return "OneLogin is not available" if response.status >= 500 else "OneLogin's response is not a JSON object"
    envelope = body.get("status")
    if isinstance(envelope, Mapping):
        body = envelope
    parts = []
    for name in ("message", "description", "error"):
        value = body.get(name)
        if isinstance(value, Mapping):
            value = value.get("description")
        if isinstance(value, str) and value:
            parts.append(value)
            break
    parts += _read_field_messages(body)
    return "; ".join(parts) or "OneLogin gave no reason"


def _read_field_messages(body: Mapping[str, Any]) -> Iterator[str]:
    """Read the messages about the fields of a rejected record."""
    if isinstance(body.get("field"), str):
        yield f"field {body['field']}"
    yield from (text for text in _list_in(body, "messages") if isinstance(text, str))
    for error in _list_in(body, "errors"):
        if isinstance(error, Mapping):
            messages = error.get("message")
            text = ", ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
            yield f"{error.get('field')}: {text}"


def _list_in(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else []

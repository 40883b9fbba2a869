# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The access token: generated once, renewed when OneLogin rejects it, revoked on request.

Generating is POST /auth/oauth2/v2/token with the credential as HTTP Basic; the same credential gets the same token
until that expires after ten hours (https://developers.onelogin.com/api-docs/2/oauth20-tokens/generate-tokens-2).
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from ansible_collections.community.onelogin.plugins.module_utils._api.connection import (
    AccessToken,
    Connection,
    is_token,
    read_account_id,
)
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import FAR, format_time, parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS, OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask


class TokenStore(Protocol):
    """Where the processes of one run share the token of a credential."""

    def exchange(self, connection: Connection, refused: str | None, generate: Callable[[], AccessToken]) -> AccessToken:
        """Return the stored token, unless it is the refused one; otherwise store and return a new one.

        Only one process at a time does this.
        """


class TokenSource:
    """Provides one token to all threads.

    :param connection: has the credential or an existing token.
    :param send: posts a body to a path under an Authorization header.
    """

    def __init__(
        self,
        connection: Connection,
        send: Callable[[str, str, Mapping[str, Any]], Response],
        store: TokenStore | None = None,
    ) -> None:
        self._connection = connection
        self._send = send
        self._store = store
        self._lock = threading.Lock()
        self._token = connection.token
        self._refusal: OneLoginError | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token in use."""
        return (self._token.text,) if self._token else ()

    @property
    def known_account_id(self) -> int | None:
        """The account of the token in use, as far as it is known without a call."""
        return self._token.account_id if self._token else None

    def get_token(self) -> str:
        """Return the token to use.

        :raises OneLoginError: if no token can be generated.
        """
        with self._lock:
            if self._token is None:
                self._token = self._ask(None)
            return self._token.text

    def renew(self, refused: str) -> str:
        """Return a new token in place of a rejected one, if OneLogin has one. Simultaneous threads cause one call."""
        with self._lock:
            if self._token is None or self._token.text == refused:
                self._token = self._ask(refused)
            return self._token.text

    def find_account_id(self) -> int | None:
        """Return the id of the account to which the token belongs.

        A token that was given without its account costs a call with the credential.

        :returns: None if the response to the token request does not show it, or there is no valid credential.
        :raises OneLoginError: if no token can be generated.
        """
        with self._lock:
            if self._token is None:
                self._token = self._ask(None)
            elif self._token.account_id is None and self._connection.has_credential:
                try:
                    self._token = replace(self._token, account_id=self._ask(None).account_id)
                except OneLoginError as error:
                    if error.code != "unauthorized":
                        raise
            return self._token.account_id

    def _ask(self, refused: str | None) -> AccessToken:
        """Return a token, or at once the error of the first thread, so that a thousand items do not fail one by one."""
        if self._refusal:
            raise self._refusal
        try:
            if self._store and self._connection.has_credential:
                token = self._store.exchange(self._connection, refused, self._generate_token)
                mask(token.text)
                return token
            return self._generate_token()
        except OneLoginError as error:
            if self._token is None or error.retry_after is None:
                self._refusal = error
            raise

    def _generate_token(self) -> AccessToken:
        generated = self.generate()
        return AccessToken(generated["access_token"], read_account_id(generated["account_id"]))

    def generate(self) -> dict[str, Any]:
        """Generate a token and return its data.

        :raises OneLoginError: ``invalid`` without a credential, ``unauthorized`` if OneLogin rejects it.
        """
        body = self._with_credential("/auth/oauth2/v2/token", {"grant_type": "client_credentials"}).body
        if isinstance(body, Mapping) and isinstance(body.get("data"), list) and body["data"]:
            body = body["data"][0]  # the older URL's envelope
        if not isinstance(body, Mapping) or not is_token(body.get("access_token")):
            raise OneLoginError("bad_response", "OneLogin's response to the token request has no access_token.")
        seconds = body.get("expires_in")
        created = parse_timestamp(body.get("created_at"))
        expires = (
            created + timedelta(seconds=seconds)
            if created and isinstance(seconds, int) and 0 <= seconds <= FAR
            else None
        )
        return {
            "access_token": mask(body["access_token"]),
            "token_type": "bearer",
            "account_id": body.get("account_id"),
            "created_at": body.get("created_at"),
            "expires_in": seconds,
            "expires_at": format_time(expires) if expires else None,
        }

    def refuse_without_credential(self) -> None:
        """Check that a client id and a client secret are set.

        :raises OneLoginError: ``invalid`` if there is only a token, which can neither generate nor revoke one.
        """
        if not self._connection.has_credential:
            raise OneLoginError(
                "invalid",
                "This needs the API credential, but only an access_token is set.",
                hint="Set client_id and client_secret.",
            )

    def revoke(self, token: str) -> None:
        """Revoke a token, for every process that shares its credential.

        :raises OneLoginError: if OneLogin rejects the request.
        """
        self._with_credential("/auth/oauth2/revoke", {"access_token": token})

    def _with_credential(self, path: str, body: Mapping[str, Any]) -> Response:
        self.refuse_without_credential()
        # Bytes of the environment that are not text are sent unchanged.
        pair = f"{self._connection.client_id}:{self._connection.client_secret}".encode(errors="surrogateescape")
        try:
            return self._send(path, "Basic " + base64.b64encode(pair).decode(), body)
        except OneLoginError as error:
            if error.code == "invalid":
                error.hint = HINTS["unauthorized"]
            raise

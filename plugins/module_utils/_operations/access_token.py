# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Get or revoke an access token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    AccountItem,
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import Options

OPTIONS = Options({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})


@dataclass(frozen=True)
class TokenItem(AccountItem):
    """The state of the token."""

    state: str

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> TokenItem:
        """Read the item from the task's options.

        :raises OneLoginError: ``invalid``.
        """
        if options["state"] == "absent" and not options.get("access_token"):
            raise OneLoginError(
                "invalid",
                "state is absent, but access_token is not set.",
                hint="Set access_token to the token to revoke. No process can use it afterwards.",
            )
        return cls(options["state"])


def manage_token(item: TokenItem, context: Context) -> Outcome:
    """Get or revoke the token. Getting it changes nothing: OneLogin returns the same token until it expires."""
    tokens = context.client.tokens
    if item.state == "present":
        return Outcome("present", {"access_token": tokens.generate()})
    tokens.refuse_without_credential()
    token = context.client.connection.access_token or ""
    if not _is_valid(context, token):
        return Outcome("absent", {"access_token": None}, msg="The token has expired or is revoked already.")
    if context.check_mode:
        return Outcome("absent", {"access_token": None}, changed=True, msg="The token would be revoked.")
    _revoke(context, token)
    return Outcome("absent", {"access_token": None}, changed=True, msg="The token is revoked.")


def _revoke(context: Context, token: str) -> None:
    """Revoke the token. A request without a response may have revoked it, so a failed retry checks the token."""
    try:
        context.client.tokens.revoke(token)
    except OneLoginError:
        valid = True
        with suppress(OneLoginError):  # without a response nothing is proven
            valid = _is_valid(context, token)
        if valid:
            raise


def _is_valid(context: Context, token: str) -> bool:
    try:
        context.client.call("GET", "/auth/rate_limit", token=token)
    except OneLoginError as error:
        if error.code == "unauthorized":
            return False
        if error.code != "forbidden":
            raise
    return True


OPERATION = Operation(OPTIONS, TokenItem.parse, each(manage_token), batch=False)

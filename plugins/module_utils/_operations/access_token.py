# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Get the credential's access token, or revoke one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import Arguments
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.account_item import AccountItem
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)

ARGUMENTS = Arguments({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}})


@dataclass(frozen=True)
class Item(AccountItem):
    """The state the token is to be in."""

    state: str

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Item:
        """:raises OneLoginError: ``invalid``."""
        if options["state"] == "absent" and not options.get("access_token"):
            raise OneLoginError(
                "invalid",
                "state is absent, and no access_token is given.",
                hint="Give the token to revoke as access_token; revoking hits every process that shares it.",
            )
        return cls(options["state"])


def run(item: Item, context: Context) -> Outcome:
    """Get or revoke it. Getting changes nothing: OneLogin gives the same token until it expires."""
    tokens = context.client.tokens
    if item.state == "present":
        return Outcome("present", {"access_token": tokens.generate()})
    tokens.refuse_without_credential()
    token = context.client.connection.access_token or ""
    if not _is_good(context, token):
        return Outcome("absent", {"access_token": None}, msg="The token is no longer good.")
    if context.check_mode:
        return Outcome("absent", {"access_token": None}, changed=True, msg="The token would be revoked.")
    _revoke(context, token)
    return Outcome("absent", {"access_token": None}, changed=True, msg="The token is revoked.")


def _revoke(context: Context, token: str) -> None:
    """Revoke it. A try that brought no answer may have done so, and then the next is refused: so look."""
    try:
        context.client.tokens.revoke(token)
    except OneLoginError:
        good = True
        with suppress(OneLoginError):  # what cannot be looked at now proves nothing
            good = _is_good(context, token)
        if good:
            raise


def _is_good(context: Context, token: str) -> bool:
    try:
        context.client.call("GET", "/auth/rate_limit", token=token)
    except OneLoginError as error:
        if error.code == "unauthorized":
            return False
        if error.code != "forbidden":
            raise
    return True


OPERATION = Operation(ARGUMENTS, Item.parse, each(run), batch=False)

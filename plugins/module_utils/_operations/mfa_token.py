# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Generate temporary tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.mfa import post_mfa_token
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    convert_not_found,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import USER, Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key, UserSelector

_SHORTEST, _LONGEST = 120, 259200

OPTIONS = USER + Options({"expires_in": {"type": "int"}, "reusable": {"type": "bool", "default": False}})


@dataclass(frozen=True)
class MfaTokenItem:
    """One user."""

    user: UserSelector
    expires_in: int | None
    reusable: bool

    @property
    def target(self) -> Key:
        """Empty: a user gets one token."""
        return ()

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> MfaTokenItem:
        """Read the item from its options.

        :raises OneLoginError: ``invalid``.
        """
        expires_in = options.get("expires_in")
        if expires_in is not None:
            check_range("expires_in", expires_in, _SHORTEST, _LONGEST, "seconds")
        return cls(UserSelector.from_options(options), expires_in, options["reusable"])


def generate_token(item: MfaTokenItem, context: Context) -> Outcome:
    """Generate a token for a user."""
    user_id = context.find_user_id(item.user)
    context.reserve(item, user_id)
    if context.check_mode:
        return Outcome("generated", {"mfa_token": None}, changed=True, msg="A token would be generated.")
    body: dict[str, Any] = {"reusable": item.reusable}
    if item.expires_in is not None:
        body["expires_in"] = item.expires_in
    try:
        token = post_mfa_token(context.client, user_id, body)
    except OneLoginError as error:
        if error.code == "unconfirmed":
            error.hint = "A token may exist that nobody has seen. Run again to generate another."
        raise convert_not_found(error, user_id) from None
    return Outcome("generated", {"mfa_token": token}, changed=True)


OPERATION = Operation(OPTIONS, MfaTokenItem.parse, each(generate_token))

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How many calls of the hour are left."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import Arguments
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import header_number
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.account_item import AccountItem
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)


def run(_account: AccountItem, context: Context) -> Outcome:
    """Ask."""
    told, answer = context.client.look_at_limit()
    numbers: dict[str, Any] = {}
    for name in ("Limit", "Remaining", "Reset"):
        number = header_number(told, f"X-RateLimit-{name}")
        if number is None:
            raise OneLoginError(
                "bad_response",
                f"OneLogin's answer names no X-RateLimit-{name}.",
                http_status=answer.status,
                request_id=answer.request_id,
            )
        numbers[name.lower()] = int(number)
    numbers["resets_at"] = context.clock.after(numbers["reset"])
    return Outcome("known", {"rate_limit": numbers})


OPERATION = Operation(Arguments({}), lambda _options: AccountItem(), each(run), batch=False)

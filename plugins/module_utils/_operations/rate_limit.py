# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the rate limit of the account."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import read_header_seconds
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    AccountItem,
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import Options


def read_limit(_account: AccountItem, context: Context) -> Outcome:
    """Read it."""
    found, response = context.client.read_rate_limit()
    numbers: dict[str, Any] = {}
    for name in ("Limit", "Remaining", "Reset"):
        number = read_header_seconds(found, f"X-RateLimit-{name}", context.clock.now().timestamp())
        if number is None:
            raise OneLoginError(
                "bad_response",
                f"OneLogin's response has no X-RateLimit-{name}.",
                http_status=response.status,
                request_id=response.request_id,
            )
        numbers[name.lower()] = int(number)
    numbers["resets_at"] = context.clock.format_time_after(numbers["reset"])
    return Outcome("known", {"rate_limit": numbers})


INFO = Operation(Options({}), lambda _options: AccountItem(), each(read_limit), batch=False)

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The calls of the groups and policies APIs.

Sources: https://github.com/onelogin/onelogin-go-sdk, pkg/onelogin/policies.go; and
https://github.com/onelogin/terraform-provider-onelogin, docs/resources/onelogin_policies.md and onelogin_groups.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group, Policy
from ansible_collections.community.onelogin.plugins.module_utils._api.pages import (
    Row,
    read_all,
    read_row,
    read_row_id,
    read_row_text,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.text import clean_all

_NOT_ACCEPTABLE = 406


def list_groups(client: Client) -> list[Group]:
    """Return the groups of the account.

    :raises OneLoginError: ``bad_response``, and those of :meth:`Client.call`.
    """
    rows = read_all(lambda query: client.call("GET", "/api/2/groups", query=query), "groups")
    return [Group(read_row_id(row), read_row_text(row, "name"), read_row_id(row, "policy_id")) for row in rows]


def list_policies(client: Client) -> list[Policy]:
    """Return the policies of the account.

    :raises OneLoginError: ``unlicensed``, ``bad_response``, and those of :meth:`Client.call`.
    """
    with _licensed():
        rows = read_all(lambda query: client.call("GET", "/api/2/policies", query=query), "policies")
        return [_policy(row) for row in rows]


def get_policy(client: Client, policy_id: int) -> Policy:
    """Read a policy with all fields of its kind.

    :raises OneLoginError: ``not_found``, ``unlicensed``, ``bad_response``, and those of :meth:`Client.call`.
    """
    with _licensed():
        return _policy(read_row(client.call("GET", f"/api/2/policies/{policy_id}"), policy_id, "a policy"))


def _policy(row: Row) -> Policy:
    return Policy(read_row_id(row), read_row_text(row, "name"), read_row_text(row, "kind"), clean_all(row))


@contextmanager
def _licensed() -> Iterator[None]:
    """Make the error of an account without custom policies ``unlicensed``."""
    try:
        yield
    except OneLoginError as error:
        if error.http_status != _NOT_ACCEPTABLE:
            raise
        raise OneLoginError(
            "unlicensed",
            "The plan of this OneLogin account does not include custom security policies.",
            http_status=error.http_status,
            request_id=error.request_id,
        ) from None

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List groups and policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.groups import get_policy
from ansible_collections.community.onelogin.plugins.module_utils._api.models import Policy
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold, read_name
from ansible_collections.community.onelogin.plugins.module_utils._engine.operation import (
    Context,
    Operation,
    Outcome,
    each,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import Options
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import Key

GROUP = Options({"name": {"type": "str"}, "group_id": {"type": "int"}})
POLICY = Options({"name": {"type": "str"}, "policy_id": {"type": "int"}})


@dataclass(frozen=True)
class NameQuery:
    """The query: a name, in which ``*`` matches any text, or an id; all without either."""

    name: str | None
    id: int | None

    @property
    def user(self) -> None:
        """None: it is not about a user."""
        return None

    @property
    def target(self) -> Key:
        """The query."""
        return (self.name and fold(self.name), self.id)

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> NameQuery:
        """Read the query from its options.

        :raises OneLoginError: ``invalid`` for an invisible character in the name.
        """
        name = read_name("name", options.get("name") or "") or None
        return cls(name, options.get("group_id") or options.get("policy_id"))

    def matches(self, name: str, identifier: int | None) -> bool:
        """Return whether an object with this name and id matches."""
        pattern = ".*".join(map(re.escape, fold(self.name or "*").split("*")))
        return self.id in (None, identifier) and bool(re.fullmatch(pattern, fold(name), re.DOTALL))


def find_groups(query: NameQuery, context: Context) -> Outcome:
    """List the groups that match."""
    groups = [group for group in context.groups.read() if query.matches(group.name, group.id)]
    return Outcome("found" if groups else "none", {"groups": [group.as_result() for group in groups]})


def find_policies(query: NameQuery, context: Context) -> Outcome:
    """List the policies that match."""
    policies = [policy for policy in context.policies.read() if query.matches(policy.name, policy.id)]
    complete = [_complete(policy, context).as_result() for policy in policies]
    return Outcome("found" if policies else "none", {"policies": complete})


def _complete(policy: Policy, context: Context) -> Policy:
    """Read the policy with all its fields. It is not documented whether a list has them; a single policy has."""
    if policy.is_complete or policy.id is None:
        return policy
    return get_policy(context.client, policy.id)


GROUP_INFO = Operation(GROUP, NameQuery.parse, each(find_groups), per_user=False)
POLICY_INFO = Operation(POLICY, NameQuery.parse, each(find_policies), per_user=False, calls=(1, 2))

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find out whether a policy is why a factor is not available to a user.

A policy applies to the users of a group; for a group without one, the account's default policy applies
(https://github.com/onelogin/terraform-provider-onelogin, docs/resources/onelogin_policies.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.models import Group, Policy
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError


class PolicyDirectory:
    """The policies of users. Nothing is read before it is needed.

    :param groups: reads the account's groups.
    :param policies: reads the account's policies.
    :param complete: reads a policy whose row in the list has no factors.
    """

    def __init__(
        self,
        groups: Callable[[], Sequence[Group]],
        policies: Callable[[], Sequence[Policy]],
        complete: Callable[[int], Policy],
    ) -> None:
        self._groups = groups
        self._policies = policies
        self._complete = complete
        self._lock = threading.Lock()
        self._completed: dict[int, Policy] = {}

    def explain(
        self,
        error: OneLoginError,
        record: Mapping[str, Any],
        name: str,
        factor_id: int | None,
        others: Container[int | None],
    ) -> OneLoginError:
        """Return ``not_in_policy`` if the user's policy does not allow the factor, otherwise the same error.

        An account without custom policies, and a credential that may not read them, leave the error as it is.

        :param error: ``unknown_factor``.
        :param record: the user's record.
        :param name: the name of the factor, for the message.
        :param factor_id: its id, if it is known.
        :param others: ids of factors of other names. A policy that allows only these does not allow the factor.
        """
        with suppress(OneLoginError):
            group = self._find_group(record)
            policy = self._find_policy_of_group(group)
            allowed = policy.factor_ids if policy else None
            if policy and allowed and _excludes(allowed, factor_id, others):
                of = f"of the group {group.name}" if group and group.policy_id else "that applies by default"
                return OneLoginError(
                    "not_in_policy",
                    f"The policy {policy.name} {of} does not allow {name}.",
                    http_status=error.http_status,
                    request_id=error.request_id,
                )
        return error

    def find_policy(self, record: Mapping[str, Any]) -> Policy | None:
        """Return the policy that applies to a user; None if it cannot be read.

        :param record: the user's record.
        """
        with suppress(OneLoginError):
            return self._find_policy_of_group(self._find_group(record))
        return None

    def _find_group(self, record: Mapping[str, Any]) -> Group | None:
        group_id = record.get("group_id")
        return next((group for group in self._groups() if group.id == group_id), None) if group_id else None

    def _find_policy_of_group(self, group: Group | None) -> Policy | None:
        policy_id = group.policy_id if group else None
        found = next((its for its in self._policies() if _applies(its, policy_id)), None)
        if not found or not found.id or found.is_complete:
            return found
        with self._lock:
            if found.id not in self._completed:
                self._completed[found.id] = self._complete(found.id)
            return self._completed[found.id]


def _excludes(allowed: Sequence[int], factor_id: int | None, others: Container[int | None]) -> bool:
    return factor_id not in allowed if factor_id is not None else all(its in others for its in allowed)


def _applies(policy: Policy, policy_id: int | None) -> bool:
    return policy.id == policy_id if policy_id else bool(policy.record.get("is_default"))

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scope of an audit: which people it is about. Only audits of the same scope are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Host, Scope, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import build_person_key, is_set

_LONGEST = 120  # characters of a selection in a sentence


def find_scope(
    query: Mapping[str, Any] | None, hosts: Sequence[Host], work: Sequence[WorkItem], pattern: str, limit: str | None
) -> Scope:
    """Return the scope of an audit.

    People who come and go are still the same scope: users who match the filters, and hosts that match the pattern and
    the limit. A list that names other people is another scope.

    :param query: the options that find the users of the account; None for hosts and lists.
    :param pattern: the hosts of the play.
    :param limit: the limit of the run.
    """
    if query is not None:
        filters = {name: _as_text(value) for name, value in query.items() if name != "fields"}
        return {"kind": "account", "selection": dict(sorted(filters.items()))}
    if not any(is_set(host["note"]["users"]) for host in hosts):
        return {"kind": "hosts", "selection": {"hosts": pattern, "limit": limit or ""}}
    people = sorted({"=".join(pair) for item in work for pair in build_person_key(item["options"])})
    return {"kind": "list", "selection": {"people": str(len(work)), "digest": _digest(people)}}


def hash_scope(scope: Scope) -> str:
    """Return a short name of a scope, equal for equal scopes."""
    return _digest(scope)[:12]


def describe_scope(scope: Scope) -> str:
    """Return the scope in words, as they follow "an audit of"."""
    selection = scope["selection"]
    if scope["kind"] == "account":
        filters = ", ".join(f"{name}={value}" for name, value in selection.items())
        return f"the users with {_cut(filters)}" if filters else "all users of the account"
    if scope["kind"] == "hosts":
        limit = f", limited to {_cut(selection['limit'])}" if selection["limit"] else ""
        return f"the hosts {_cut(selection['hosts'])}{limit}"
    return f"a list of {selection['people']} people" if selection["people"] != "1" else "a list of 1 person"


def _as_text(value: Any) -> str:
    return ",".join(sorted(map(str, value))) if isinstance(value, (list, tuple)) else str(value)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\u2026"

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts, work items and module results for the tests of the roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Host, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import build_work

PROTECT = {"factor": "OneLogin Protect"}
SMS = {"factor": "OneLogin SMS"}
SKIPPED = {"skipped": True, "changed": False}


def host(name: str, *groups: str, status: str | None = None, problem: str | None = None, **variables: Any) -> Host:
    """Build a host with variables for its person, people and factors."""
    note: Any = {"id": "n1", "works": True, "names_users": "users" in variables, "problem": problem}
    note |= {
        "user_id": None,
        "email": None,
        "username": None,
        "phone": None,
        "users": None,
        "factors": None,
        **variables,
    }
    return {"name": name, "person": None, "groups": list(groups), "note": note, "user_status": status}


def work(
    *hosts: Host, role: str = "mfa_onboarding", targets: bool = True, only: Sequence[str] | None = None
) -> list[WorkItem]:
    """Build the work items of the hosts."""
    return build_work(hosts, role, targets=targets, only=only)


def people(*names: str, **options: Any) -> list[WorkItem]:
    """Build a work item for each person; the hosts have the names of the people."""
    return work(*(host(name, username=name, factors=[{**PROTECT, **options}]) for name in names))


def error(code: str = "rejected", message: str = "The person rejected it.", hint: str = "Ask.") -> dict[str, Any]:
    """Build an error as modules return it."""
    return {"code": code, "http_status": None, "message": message, "request_id": None, "hint": hint}


def failure(item: WorkItem, code: str = "rejected", **more: Any) -> dict[str, Any]:
    """Build the result of an item that failed."""
    return {"changed": False, "failed": True, "error": error(code), "item": {"key": item["key"]}, **more}


def success(item: WorkItem, **more: Any) -> dict[str, Any]:
    """Build the result of an item that succeeded."""
    return {"changed": False, "failed": False, "item": {"key": item["key"]}, **more}

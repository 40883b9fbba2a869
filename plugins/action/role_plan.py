# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan the work of a role: its settings, its people, and the items of its batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.files import prepare_folder, read_audits
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.history import SHOWN
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.incremental import prepare_incremental
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.scope import find_scope
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.codes import read_kept_codes
from ansible_collections.community.onelogin.plugins.plugin_utils._reminder.reminder import prepare_settings
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.ansible_internals import (
    STRATEGIES,
    find_max_fail_percentage,
    find_pattern,
    find_strategy,
    find_unread_sources,
    has_module,
    is_host_implicit,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.codes import give_codes
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import read_hosts
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.offboarding import split_work
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.reset import check_reset_settings
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import (
    Settings,
    find_new_journal,
    list_options,
    read_settings,
    refuse_folder_of_job,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.tags import select_steps
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import Host, WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.user_changes import (
    IGNORE,
    build_phone_items,
    check_phones,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.users import ALL, build_query
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import (
    TARGET_KEYS,
    USER_KEYS,
    build_work,
    check_max_people,
    find_unnamed_ids,
    is_set,
)

_OPTIONS = {"mfa_audit": USER_KEYS, "mfa_offboarding": USER_KEYS + TARGET_KEYS, "mfa_reminder": USER_KEYS}
"""The options of an item that these roles read."""
_WHOLE_ACCOUNT = ("mfa_audit", "mfa_reminder")
"""Roles that can work on all users of the account."""


class ActionModule(ActionBase):
    """Only the roles of this collection use it.

    Its result contains the codes in the variables of hosts, so its task is hidden. It returns an error as ``problem``
    for a task that is not hidden.
    """

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the plan."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables, write_tag = task_vars or {}, self._task.args.get("write_tag")
        steps = select_steps(variables["ansible_run_tags"], variables["ansible_skip_tags"], write_tag)
        plan = {
            "role": variables["mfa_people_role"],
            "plans": steps.plan,
            "works": steps.work,
            "read_only": not steps.write,
            "problem": None,
        }
        if not steps.plan:
            return {**result, **plan, "settings": {}, "lookups": []}
        try:
            return {**result, **plan, **self._plan(variables["mfa_people_role"], variables)}
        except AnsibleActionFail as problem:
            return {**result, **plan, "works": False, "problem": problem.message}

    def _plan(self, role: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the plan.

        :raises AnsibleActionFail: the role cannot do it.
        """
        self._check_run()
        hosts = self._read_hosts(role, variables)
        settings = self._read_settings(role, variables)
        query = None
        if role in _WHOLE_ACCOUNT and [host["note"]["users"] for host in hosts] == [ALL]:
            query = build_query(settings.get("filters"), settings.get("group_by"))
        targets = bool(self._task.args.get("targets", True))
        work = [] if query else build_work(hosts, role, targets=targets, only=_OPTIONS.get(role))
        if settings.get("phone", IGNORE) != IGNORE:
            check_phones(work)
        strangers = give_codes(work, settings.pop("codes", None), f"{role}_codes", variables["groups"]["all"])
        if f"{role}_codes" in list_options(role):
            give_codes(work, read_kept_codes(), "the people file", variables["groups"]["all"])
        lookups: list[WorkItem] = []
        items = work
        others = set(variables["ansible_play_hosts_all"]) - set(variables["ansible_play_batch"])
        check_max_people(work, role, len(others), settings.get("max_people"))
        if role == "mfa_offboarding":
            lookups, items = split_work(work)
        if role == "mfa_reset":
            check_reset_settings(settings, work)
        return {
            "settings": settings,
            "hosts": hosts,
            "query": query,
            "work": work,
            "batch": [{**item["options"], "key": item["key"]} for item in items if not item["problem"]],
            "phones": build_phone_items(work, settings.get("phone", IGNORE)),
            "codes_of_no_one": strangers,
            "history": self._prepare_history(settings, variables, query, hosts, work),
            "new_journal": None if self._task.check_mode else find_new_journal(settings.get("journal")),
            "lookups": [_person_of(item) for item in lookups],
            "unnamed": find_unnamed_ids(work),
            "started": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _read_settings(self, role: str, variables: dict[str, Any]) -> Settings:
        """Return the options of the role.

        :raises AnsibleActionFail: an option has a wrong value.
        """
        given = {name: self._templar.template(variables[name]) for name in list_options(role) if name in variables}
        settings = read_settings(role, given, variables.get("inventory_dir"))
        refuse_folder_of_job(role, settings)
        if settings.get("max_fail_percentage") is None:
            settings["max_fail_percentage"] = find_max_fail_percentage(self._task)
        if role == "mfa_reminder":
            prepare_settings(settings, has_module)
        if role == "mfa_audit":
            prepare_incremental(settings)
        return settings

    def _read_hosts(self, role: str, variables: dict[str, Any]) -> list[Host]:
        """Return the hosts that take part.

        :raises AnsibleActionFail: there is only the localhost that Ansible adds by itself, and it lists no one.
        """
        hosts = read_hosts(role, variables)
        if is_host_implicit(self._task) and not any(is_set(host["note"]["users"]) for host in hosts):
            raise AnsibleActionFail(
                f"No host is selected, so there is no one to work on. Check the inventory, --limit and {role}_hosts."
            )
        return hosts

    def _prepare_history(
        self,
        settings: Mapping[str, Any],
        variables: Mapping[str, Any],
        query: Mapping[str, Any] | None,
        hosts: Sequence[Host],
        work: Sequence[WorkItem],
    ) -> dict[str, Any] | None:
        """Return the scope of an audit, and the earlier ones that cannot be read; None if no history is kept.

        :raises AnsibleActionFail: no audit can be kept.
        """
        folder = settings.get("history")
        if not folder:
            return None
        if set(variables["ansible_play_hosts"]) - set(variables["ansible_play_batch"]):
            raise AnsibleActionFail(
                "mfa_audit_history needs all hosts in one batch, and the play has serial. Remove serial from the play."
                " Nothing was done."
            )
        prepare_folder(folder, check_mode=self._task.check_mode)
        scope = find_scope(query, hosts, work, find_pattern(self._task), variables.get("ansible_limit"))
        _audits, unreadable = read_audits(folder, scope, SHOWN - 1)
        return {"folder": folder, "scope": scope, "unreadable": unreadable}

    def _check_run(self) -> None:
        """Fail for a run that would send messages twice, or leave people out.

        :raises AnsibleActionFail: for the strategy of the play, or the sources of the inventory.
        """
        strategy = find_strategy(self._task)
        if strategy not in STRATEGIES:
            raise AnsibleActionFail(
                f"The strategy of the play is {strategy}. Use linear, because the role works on all hosts together."
                " Nothing was done."
            )
        if unread := find_unread_sources(self._task):
            raise AnsibleActionFail(
                f"The inventory is incomplete: {', '.join(unread)} could not be read. Correct it, or leave it out."
                " Nothing was done."
            )


def _person_of(item: WorkItem) -> dict[str, Any]:
    """Return the batch item that names the person only."""
    return {"key": item["key"], **{key: item["options"][key] for key in USER_KEYS if key in item["options"]}}

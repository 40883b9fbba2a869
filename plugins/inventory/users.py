# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: users
short_description: Users of OneLogin as hosts
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Makes a host of each user, so that groups, C(--limit) and the roles of this collection work on people.
  - A host has the variables C(onelogin_user_id), C(onelogin_email) and C(onelogin_username), which the roles read, and
    C(onelogin_user), the user's record.
  - With O(mfa) it also has C(onelogin_mfa_devices), a list as M(community.onelogin.mfa_device_info) returns it, and
    C(onelogin_mfa_factors), the names of the factors the devices belong to.
  - The hosts have a local connection, because users are not machines. You can change it with O(compose).
  - The file's name must contain C(onelogin) and end in C(.yml) or C(.yaml).
extends_documentation_fragment:
  - community.onelogin.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - An inventory costs one call for every 100 users, and with O(mfa) one more for each user. OneLogin allows an account
    5,000 calls an hour, so use O(filters) and the cache.
  - O(keyed_groups) needs text, so add C(| string) to a number, such as C(onelogin_user.status).
  - The cache contains the variables of the hosts. Keep C(cache_connection) where only you can read.
  - Values that OneLogin returns are never templates.
  - Keep O(client_secret) in the environment, or encrypt it with C(ansible-vault encrypt_string).
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [community.onelogin.users]
  hostname:
    description:
      - Fields of the user. The first one that is set is the name of the host.
      - If two users have the same name, C(_) and their id are added to both.
    type: list
    elements: str
    default: [email, username, id]
  access_token:
    description:
      - An existing access token. It takes precedence over the credential, which then only renews the token after it has
        expired.
    type: str
  progress:
    description:
      - Whether to show progress on the standard error output if the inventory takes longer than a few seconds.
    type: bool
    default: true
  mfa:
    description:
      - Whether to read the devices of each user, which takes one API call for each user.
      - Each host is added to a group for each of its factors, such as C(mfa_onelogin_sms), and hosts without a factor
        to C(mfa_none).
    type: bool
    default: false
  mfa_prefix:
    description:
      - The prefix of the names of the groups that O(mfa) makes.
    type: str
    default: mfa_
  concurrency:
    description:
      - How many users' devices are read at the same time, from V(1) to V(64).
    type: int
    default: 8
seealso:
  - module: community.onelogin.user_info
  - module: community.onelogin.mfa_device_info
"""

EXAMPLES = r"""
# onelogin.yml. Without filters, the plugin takes all users. The account and the credential are in the environment.
plugin: community.onelogin.users

# Some of them,
filters:
  email: "*@example.com"
  created_since: "2026-01-01T00:00:00Z"

# in groups by department and status,
fields: [department, status, title]
keyed_groups:
  - key: onelogin_user.department
    prefix: department
groups:
  active: onelogin_user.status == 1
compose:
  is_manager: "'manager' in (onelogin_user.title or '') | lower"

# and in groups by factor, kept for an hour. Onboard those who have none with
# ansible-playbook -i onelogin.yml community.onelogin.onboard --limit mfa_none
mfa: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/onelogin-inventory
cache_timeout: 3600
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from ansible import constants
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import Cacheable
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_option_specs
from ansible_collections.community.onelogin.plugins.module_utils._api.account import VARIABLES, add_environment
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.requests_library import REQUESTS_IMPORT_ERROR
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_concurrency
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import CONNECTION
from ansible_collections.community.onelogin.plugins.module_utils._operations.user import OPTIONS
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.shutdown import remove_token_at_end
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import TokenFile
from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.base import PersonInventory
from ansible_collections.community.onelogin.plugins.plugin_utils._inventory.users import UserReader, UserSelection

_FILTERS = {name: spec for name, spec in build_option_specs(OPTIONS).items() if name != "fields"}


def _append_id(name: str, variables: Mapping[str, Any]) -> str:
    return f"{name}_{variables['onelogin_user_id']}"


class InventoryModule(PersonInventory, Cacheable):
    """Users as hosts."""

    NAME = "community.onelogin.users"

    def verify_file(self, path: str) -> bool:
        """Return whether the file is for this plugin, by its name."""
        file = PurePath(path)
        named = "onelogin" in file.stem.lower() and file.suffix in (".yml", ".yaml")
        return named and bool(super().verify_file(path))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the users to the inventory."""
        super().parse(inventory, loader, path, cache)
        self._written = self.read_options(path)
        if self.get_option("mfa"):
            self.inventory.add_group(self._name_group("none"))
        self.add_hosts(self._read_hosts(path, cache), _append_id)

    def list_own_groups(self, variables: Mapping[str, Any]) -> Iterable[str]:
        """Return the groups of the user's factors."""
        if not self.get_option("mfa"):
            return []
        return [self._name_group(factor) for factor in variables["onelogin_mfa_factors"] or ["none"]]

    def _read_hosts(self, path: str, cache: bool) -> dict[str, dict[str, Any]]:
        """Return the variables of each host, from the cache or from OneLogin."""
        if not self.get_option("cache"):
            return self._read_users(path)
        key = f"{self.get_cache_key(path)}_{self._compute_fingerprint()}"
        if cache and key in self._cache:
            cached: dict[str, dict[str, Any]] = self._cache[key]
            return cached
        self._cache[key] = fresh = self._read_users(path)
        return fresh

    def _compute_fingerprint(self) -> str:
        """Return a short text that differs if the same file results in other hosts."""
        account = add_environment(self._select_connection_options())
        where = [account["base_url"], account["subdomain"]]
        selection = [self.get_option(name) for name in ("filters", "fields", "hostname", "mfa")]
        content = json.dumps([*where, *selection], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def _read_users(self, path: str) -> dict[str, dict[str, Any]]:
        if REQUESTS_IMPORT_ERROR:
            raise self.refuse(missing_required_lib("requests"))
        selection = UserSelection(
            self._read_filters(path),
            self.get_option("fields") or [],
            self.get_option("hostname"),
            self.get_option("mfa"),
        )
        remove_token_at_end(os.getpid(), constants.DEFAULT_LOCAL_TMP)
        try:
            reader = UserReader(
                Connection.from_options(self._select_connection_options()),
                TokenFile(constants.DEFAULT_LOCAL_TMP),
                self._show if self.get_option("progress") else None,
                self._read_concurrency(),
            )
            return reader.read_hosts(selection)
        except OneLoginError as error:
            raise self.refuse(f"{path}: {error.message} {error.hint}") from None

    def _select_connection_options(self) -> dict[str, Any]:
        """Return the options; those of the account and the credential only if the file sets them, as in tasks."""
        names = [name for name in CONNECTION.specs if name in self._options]
        return {name: self.get_option(name) for name in names if name in self._written or name not in VARIABLES}

    def _read_concurrency(self) -> int:
        concurrency: int = self.get_option("concurrency")
        check_concurrency(concurrency)
        return concurrency

    def _read_filters(self, path: str) -> dict[str, Any]:
        checked = ArgumentSpecValidator(_FILTERS).validate(dict(self.get_option("filters")))
        if checked.error_messages:
            raise self.refuse(f"{path}: filters: {checked.errors.msg}")
        filters: dict[str, Any] = checked.validated_parameters
        return filters

    def _name_group(self, factor: str) -> str:
        return str(self._sanitize_group_name(self.get_option("mfa_prefix") + factor.lower()))

    def _show(self, text: str) -> None:
        """Show a text on the standard error output, because the standard output may be a JSON document."""
        self.display.display(text, stderr=True)

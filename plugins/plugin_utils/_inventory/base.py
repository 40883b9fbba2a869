# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common part of the inventory plugins: people become hosts, and no host hides a group."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.unsafe_proxy import wrap_var

Variables = Mapping[str, Any]
Rename = Callable[[str, Variables], str]

_HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}


class PersonInventory(BaseInventoryPlugin, Constructable):
    """Adds people to an inventory. Their hosts have a local connection, because people are not machines."""

    inventory: Any

    def list_own_groups(self, variables: Variables) -> Iterable[str]:
        """Return the groups that the plugin itself puts a host into."""
        del variables
        return ()

    def read_options(self, path: str) -> set[str]:
        """Read the plugin's file and return the names of the options in it.

        :raises AnsibleParserError: there is an option that the plugin does not have.
        """
        written = set(self._read_config_data(path))
        unknown = sorted(written - set(self._options))
        if unknown:
            raise self.refuse(f"{path}: the plugin {self.NAME} has no option {', '.join(unknown)}.")
        return written

    def refuse(self, text: str) -> AnsibleParserError:
        """Show why there can be no inventory, and return the error to raise.

        Ansible itself shows it as one of several warnings, between those of plugins for other kinds of files.
        """
        self.display.error(text, wrap_text=False)
        return AnsibleParserError(text)

    def add_hosts(self, hosts: Mapping[str, Variables], rename: Rename) -> dict[str, str]:
        """Add the hosts and their groups.

        :param rename: makes another name for a host with the name of a group, since it would hide the group.
        :returns: the name that each host has in the inventory.
        """
        groups = self._find_groups(hosts, rename)
        names = {name: rename(name, variables) if name in groups else name for name, variables in hosts.items()}
        for name, variables in hosts.items():
            self._add(names[name], variables)
        return names

    def _find_groups(self, hosts: Mapping[str, Variables], rename: Rename) -> set[str]:
        """Return the existing groups, and those that these hosts make."""
        groups = set(self.inventory.groups)
        if all("@" in name for name in hosts):
            return groups  # no group has such a name, so the hosts need not be added twice
        inventory, self.inventory = self.inventory, InventoryData()
        try:
            for name, variables in hosts.items():
                self._add(rename(name, variables), variables)
            return groups | set(self.inventory.groups)
        finally:
            self.inventory = inventory

    def _add(self, name: str, variables: Variables) -> None:
        # To ansible-core before 2.19 any text that is not marked is a template. It also shows the mark, which those who
        # take over an inventory do not expect in a host's name, so there it is only where it has to be.
        host, marked = wrap_var(name) if "{" in name else name, wrap_var(variables)
        self.inventory.add_host(host)
        for variable, value in {**_HERE, **marked}.items():
            self.inventory.set_variable(host, variable, value)
        for group in self.list_own_groups(variables):
            self.inventory.add_host(host, self.inventory.add_group(group))
        strict, known = self.get_option("strict"), self.inventory.get_host(host).get_vars()
        self._set_composite_vars(self.get_option("compose"), known, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, host, strict=strict)

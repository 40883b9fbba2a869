# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import yaml
from ansible_collections.community.onelogin.plugins.doc_fragments.connection import ModuleDocFragment as Connection
from ansible_collections.community.onelogin.plugins.doc_fragments.items import QUERY

_ENVIRONMENT = re.compile(r"If the option is not set, the environment variable E\((\w+)\) is used\.")
_OF_TASKS = ("journal", "journal_keep_days")


def _of_plugin(option: dict[str, Any]) -> dict[str, Any]:
    """Convert a module's option for a plugin: the sentence about the environment variable becomes a field that Ansible reads."""
    text = [line for line in option["description"] if not _ENVIRONMENT.fullmatch(line)]
    names = [{"name": found[1]} for line in option["description"] if (found := _ENVIRONMENT.fullmatch(line))]
    return {**option, "description": text, **({"env": names} if names else {})}


def _documentation() -> str:
    """Return the modules' options for the connection and for a query of users, for the inventory."""
    shared = yaml.safe_load(Connection.DOCUMENTATION)
    query = yaml.safe_load(QUERY)
    options = {name: _of_plugin(option) for name, option in shared["options"].items() if name not in _OF_TASKS}
    options["fields"] = query.pop("fields")
    options["filters"] = {
        "description": ["The users to include, which match all filters. By default, all users of the account."],
        "type": "dict",
        "default": {},
        "suboptions": query,
    }
    return str(yaml.safe_dump({"requirements": shared["requirements"], "options": options}, sort_keys=False))


# Made of the modules' own texts, so that these stand in one place. Not a class statement, since the sanity tests read those
# without running them.
ModuleDocFragment = type("ModuleDocFragment", (), {"DOCUMENTATION": _documentation()})

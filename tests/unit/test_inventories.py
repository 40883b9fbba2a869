# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole inventories: each request, each group with its hosts, and each variable, or all that a user reads instead."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible.utils.display import Display
from ansible_collections.community.onelogin.plugins.doc_fragments import inventory as fragment
from ansible_collections.community.onelogin.plugins.inventory import people, users
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file import codes

from tests.unit.harness import CONNECTION, Call, FakeClock, Reply, Script, read_table, reply

CASES: dict[str, dict[str, Any]] = read_table("inventories.yml")["inventories"]


def create_plugin(module: Any) -> Any:
    """Create a plugin with its documented options, as Ansible does."""
    documented = yaml.safe_load(module.DOCUMENTATION)
    texts = [its.ModuleDocFragment.DOCUMENTATION for its in (constructed, inventory_cache, fragment)]
    options: dict[str, Any] = {}
    for its in (*map(yaml.safe_load, texts), documented):
        options.update(its.get("options", {}))
    name = module.InventoryModule.NAME
    constants.config.initialize_plugin_configuration_definitions("inventory", name, options)
    plugin = module.InventoryModule()
    plugin._load_name = name
    plugin._redirected_names = [name]
    return plugin


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What a command would show, without what lasts longer than a test."""
    lines: dict[str, list[str]] = {"errors": [], "warnings": [], "lines": []}
    # A wrapped path cannot be copied.
    monkeypatch.setattr(
        Display,
        "error",
        lambda _self, text, wrap_text: lines["errors"].append(f"wrapped {text}" if wrap_text else text),
    )
    monkeypatch.setattr(Display, "warning", lambda _self, text: lines["warnings"].append(text))
    monkeypatch.setattr(Display, "display", lambda _self, text, stderr: lines["lines"].append(text))
    monkeypatch.setattr(codes, "_kept", {})
    monkeypatch.setattr(users, "remove_token_at_end", lambda _process, _folder: None)
    return lines


def read_inventory(folder: Path, its: dict[str, Any]) -> dict[str, Any]:
    """Read the inventory of a case, and return its groups, variables and codes, or the refusal."""
    for name, content in its.get("files", {}).items():
        (folder / name).write_text(content, encoding="utf-8")
    account = {"base_url": CONNECTION["base_url"], "access_token": "token-1", "concurrency": 1}
    kind = its["options"]["plugin"]
    options = {**(account if kind.endswith("users") else {}), **its["options"]}
    source = folder / ("onelogin.yml" if kind.endswith("users") else "hr.people.yml")
    source.write_text(yaml.safe_dump(options), encoding="utf-8")
    inventory = InventoryData()
    plugin = create_plugin({"community.onelogin.users": users, "community.onelogin.people": people}[kind])
    assert plugin.verify_file(str(source))
    try:
        plugin.parse(inventory, DataLoader(), str(source), cache=False)
    except AnsibleParserError as error:
        return {"refusal": error.message}
    inventory.reconcile_inventory()
    hosts: dict[str, dict[str, Any]] = {str(name): dict(host.vars) for name, host in inventory.hosts.items()}
    for variables in hosts.values():
        assert variables.pop("ansible_python_interpreter") == sys.executable
        assert [variables.pop(name) for name in ("inventory_file", "inventory_dir")] == [None, None]
    return {
        "hosts": hosts,
        "groups": {
            name: [str(host) for host in group.hosts] for name, group in inventory.groups.items() if name != "all"
        },
        "codes": codes.read_kept_codes(),
    }


@pytest.mark.parametrize("name", CASES)
def test_the_inventory_of_a_file(
    script: Script, clock: FakeClock, tmp_path: Path, shown: dict[str, list[str]], name: str
) -> None:
    its = CASES[name]
    progress: list[str | None] = []

    def server(call: Call) -> Reply:
        progress.append(Progress.current.describe_interruption() if Progress.current else None)
        found = its["replies"][f"{call.method} {call.path}"]
        headers = {f"X_RateLimit_{key}": value for key, value in its.get("rate_limit", {}).items()}
        return reply(404, {"message": "Not Found"}, **headers) if found == "gone" else reply(200, found, **headers)

    script.server = server
    found = read_inventory(tmp_path, its)
    found["requests"] = [
        {f"{call.method} {call.path}": dict(call.query), "progress": text}
        for call, text in zip(script.calls, progress, strict=True)
    ]
    assert [found.pop("refusal")] == shown["errors"] if "refusal" in found else shown["errors"] == []
    found |= {kind: [line.replace(f"{tmp_path}/", "") for line in lines] for kind, lines in shown.items()}
    assert {key: value for key, value in found.items() if value} == its["found"]

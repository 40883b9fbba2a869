# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts: credentials and calls for one never go to the other, whatever the environment contains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, Simulator, environment, run_ansible, task
from tests.integration.journals import SMS, Database

CREDENTIAL = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
# Ansible shows lines of a playbook around those of a task that failed.
HIDDEN = {**CREDENTIAL, "client_secret": "{{ lookup('ansible.builtin.env', 'ONELOGIN_CLIENT_SECRET') }}"}
TOKEN = "the-token-of-the-account-in-the-environment"


def test_a_task_with_an_account_uses_only_that_account(
    sim: Simulator, start: Callable[..., Simulator], playbook: Playbook, way: dict[str, Any]
) -> None:
    other = start("--count", "5")
    item = {"email": "person00001@example.com", "factor": "OneLogin SMS", "verified": True}
    done = playbook(
        [
            task("mfa_registration", {**item, "base_url": other.url, **HIDDEN}, name="its own", **way),
            task("mfa_registration", {**item, "base_url": other.url}, name="none", **way),
            task("mfa_registration", {**item, "subdomain": "acme"}, name="elsewhere", **way),
            task("rate_limit_info", HIDDEN, name="here", **way),
        ],
        env={"ONELOGIN_ACCESS_TOKEN": TOKEN},
    )
    assert done["its own"]["registration"]["status"] == "accepted"
    assert 401 not in [call["status"] for call in other.log()]
    for name in ("none", "elsewhere"):
        assert done[name]["error"]["code"] == "invalid"
        assert "The credential in the environment belongs to another account" in done[name]["msg"]
    assert [call["path"] for call in other.log()].count("/auth/oauth2/v2/token") == 1
    # A credential in the task overrides the token in the environment, which is invalid.
    assert done["here"]["rate_limit"]["limit"] == 5000
    assert {call["path"] for call in sim.log()} == {"/auth/oauth2/v2/token", "/auth/rate_limit"}
    assert 401 not in [call["status"] for call in sim.log()]


@pytest.mark.libraries("it is about SQLAlchemy and the databases")
def test_an_account_has_one_journal_for_every_spelling_of_its_host(
    sim: Simulator, playbook: Playbook, database: Database
) -> None:
    port = sim.url.rpartition(":")[2]
    enrol = {"user_id": 36216766, "factor": SMS, "journal": database.where}

    def task_at(host: str, **options: str) -> dict[str, Any]:
        return task(
            "mfa_registration", {**enrol, "base_url": f"http://{host}:{port}", **(options or HIDDEN)}, name=host
        )

    spellings = [task_at(host) for host in ("127.0.0.1", "LOCALHOST", "localhost.")]
    token = task("access_token", HIDDEN, name="token", register="token", no_log=True)
    bare = {"access_token": "{{ token.access_token.access_token }}"}
    done = playbook([*spellings, token, task_at("localhost", **bare)])
    assert [done[its["name"]]["changed"] for its in spellings] == [True, False, False]
    assert done["localhost"]["registration"] == done["127.0.0.1"]["registration"]
    assert len(sim.messages()) == 1

    sim.admin("PATCH", "/settings", {"account_id": 7})
    assert playbook([task_at("127.0.0.1")]).only["changed"], "another account of the same host"
    assert len(sim.messages()) == 2
    alone = {"ONELOGIN_CLIENT_ID": ""}
    refused = playbook([token, task_at("127.0.0.1", **bare)], env=alone)["127.0.0.1"]
    assert "The journal has 2 accounts of localhost" in refused["msg"]
    whole = playbook([token, task_at("127.0.0.1", access_token="{{ token }}")], env=alone)["127.0.0.1"]
    assert not whole["failed"]
    assert not whole["changed"]
    assert len(sim.messages()) == 2


def test_an_inventory_reads_the_account_that_it_names(
    sim: Simulator, start: Callable[..., Simulator], tmp_path: Path
) -> None:
    other = start("--count", "5")
    env = environment(tmp_path, sim.url, ONELOGIN_ACCESS_TOKEN=TOKEN)

    def listed(*lines: str) -> str:
        file = tmp_path / "onelogin.yml"
        file.write_text("\n".join(["plugin: community.onelogin.users", *lines]))
        done = run_ansible(tmp_path, env, "ansible-inventory", "-i", str(file), "--graph")
        return " ".join((done.stdout + done.stderr).split())

    credential = [f"{name}: {value}" for name, value in CREDENTIAL.items()]
    assert "person00005@example.com" in listed(f"base_url: {other.url}", *credential)
    assert "The credential in the environment belongs to another account" in listed(f"base_url: {other.url}")
    assert 401 not in [call["status"] for call in other.log()]
    assert sim.log() == []
    assert "kelly@example.com" in listed(*credential)

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts: what is meant for one of them never goes to the other, whatever the environment says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.conftest import Playbook
from tests.integration.harness import BIN, CLIENT_ID, CLIENT_SECRET, Simulator, environment, task

CREDENTIAL = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
# Ansible shows lines of a playbook around those of a task that failed.
HIDDEN = {**CREDENTIAL, "client_secret": "{{ lookup('ansible.builtin.env', 'ONELOGIN_CLIENT_SECRET') }}"}
TOKEN = "the-token-of-the-account-in-the-environment"


def test_a_task_that_names_an_account_is_done_there(
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
        assert "Those in the environment are for the account that is named there" in done[name]["msg"]
    assert [call["path"] for call in other.log()].count("/auth/oauth2/v2/token") == 1
    # A credential of the task's own is not overruled by the token in the environment, which nobody would take.
    assert done["here"]["rate_limit"]["limit"] == 5000
    assert {call["path"] for call in sim.log()} == {"/auth/oauth2/v2/token", "/auth/rate_limit"}
    assert 401 not in [call["status"] for call in sim.log()]


def test_an_inventory_is_of_the_account_that_it_names(
    sim: Simulator, start: Callable[..., Simulator], tmp_path: Path
) -> None:
    other = start("--count", "5")
    env = environment(tmp_path, sim.url, ONELOGIN_ACCESS_TOKEN=TOKEN)

    def listed(*lines: str) -> str:
        file = tmp_path / "onelogin.yml"
        file.write_text("\n".join(["plugin: community.onelogin.users", *lines]))
        done = subprocess.run(
            [str(BIN / "ansible-inventory"), "-i", str(file), "--graph"],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return " ".join((done.stdout + done.stderr).split())

    credential = [f"{name}: {value}" for name, value in CREDENTIAL.items()]
    assert "person00005@example.com" in listed(f"base_url: {other.url}", *credential)
    assert "are for the account that is named there" in listed(f"base_url: {other.url}")
    assert 401 not in [call["status"] for call in other.log()]
    assert sim.log() == []
    assert "kelly@example.com" in listed(*credential)

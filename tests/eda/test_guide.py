# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide on events, done as a reader does it: its files, its commands in their order, and what they print."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.eda.harness import PATIENCE, user_environment, wait_until
from tests.integration.harness import Simulator
from tests.integration.test_guides import blocks_of


def test_the_lines_that_react_to_a_removed_factor(account: Simulator, tmp_path: Path) -> None:
    # Jane has no other factor.
    people = [
        {"email": "jane@example.com", "username": "jane", "sim_enrolled": "OneLogin SMS", "phone": "+12025550101"}
    ]
    account.reset(people)
    home, log = tmp_path / "reader", tmp_path / "rulebook.log"
    home.mkdir()
    env = {**user_environment(tmp_path, account.url), "PWD": str(home)}
    started: list[subprocess.Popen[bytes]] = []

    def said() -> str:
        return " ".join(log.read_text(encoding="utf-8").split())

    def begin(text: str) -> None:
        with log.open("wb") as output:
            started.append(
                subprocess.Popen(
                    ["bash", "-euc", text], cwd=home, env=env, stdout=output, stderr=output, start_new_session=True
                )
            )
        wait_until(lambda: account.count("GET", "/api/1/events"), "it reads no events", said)

    def expect(lines: Sequence[str]) -> None:
        for line in lines:
            wait_until(lambda line=line: line in said(), line, said)  # type: ignore[misc]

    try:
        for block in blocks_of("guide_events"):
            if block.caption:
                (home / block.caption).write_text(block.text, encoding="utf-8")
            elif "ansible-rulebook -r" in block.text:
                begin(block.text)
            elif block.text.startswith("ansible "):
                subprocess.run(["bash", "-euc", block.text], cwd=home, env=env, check=True, timeout=PATIENCE)
            elif block.language == "console":
                expect(block.text.splitlines())
        # A playbook that is killed would leave its token.
        wait_until(lambda: not list(tmp_path.rglob("onelogin-token-*")), "the playbook does not end", said)
        assert (home / "reports/mfa-audit.html").exists()
        assert {path.stat().st_mode & 0o077 for path in home.rglob("database/*")} == {0}
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: demo
type: stdout
short_description: Show the steps of an onboarding, and write its results to a file
description:
  - Prints the name of each task that was not skipped when it ends, and its error if it failed.
  - Writes the results to the JSON file E(ONELOGIN_DEMO_RESULTS).
"""

_HOST_RESULT = "community.onelogin.role_host_result"


class CallbackModule(CallbackBase):
    """Print one line for each task, and none for each host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "demo"

    def __init__(self) -> None:
        super().__init__()
        self._results: list[dict[str, Any]] = []
        self._failed: list[str] = []
        self._printed: str | None = None

    def v2_runner_on_ok(self, result: Any) -> None:
        """Collect the results."""
        self._print_name(result._task)
        found = result._result.get("ansible_facts", {}).get("mfa_onboarding_results")
        self._results += found or []

    def v2_runner_on_failed(self, result: Any, **_options: Any) -> None:
        """Print the error, except for a person's failure, which the role lists at its end."""
        self._print_name(result._task)
        self._failed.append(result._host.get_name())
        if result._task.action != _HOST_RESULT:
            self._display.display(f"    {result._result.get('msg')}", stderr=True)

    def v2_playbook_on_stats(self, *_arguments: Any) -> None:
        """Write the results."""
        content = {"results": self._results, "failed_hosts": sorted(set(self._failed))}
        Path(os.environ["ONELOGIN_DEMO_RESULTS"]).write_text(json.dumps(content), encoding="utf-8")

    def _print_name(self, task: Any) -> None:
        """Print the name of a task once, not for each host."""
        if task._uuid != self._printed:
            self._printed = task._uuid
            self._display.display(f"  - {task.name}")

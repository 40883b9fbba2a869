# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write each task's result as a line of JSON to the file that ONELOGIN_TEST_RESULTS names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: Writes the results of the tasks for the tests
description: Writes a line of JSON for each task that ended.
"""


class CallbackModule(CallbackBase):
    """Record the result of each task for the tests."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any, failed: bool = False) -> None:
        # Callbacks do not get the `failed` of the result.
        row = {
            "action": result._task.action,
            "name": result._task.get_name(),
            "result": {**result._result, "failed": failed},
        }
        with Path(os.environ["ONELOGIN_TEST_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Record a successful task."""
        self._write(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Record a failed task."""
        self._write(result, failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Record a skipped task."""
        self._write(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Record an unreachable host."""
        self._write(result, failed=True)

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
short_description: Hands the results of the tasks to the tests
description: A line of JSON for each task that ended.
"""


class CallbackModule(CallbackBase):
    """The tests' view of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any, failed: bool = False) -> None:
        # Callbacks are not shown a result's own `failed`.
        row = {
            "action": result._task.action,
            "name": result._task.get_name(),
            "result": {**result._result, "failed": failed},
        }
        with Path(os.environ["ONELOGIN_TEST_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Took effect or had none to take."""
        self._write(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Failed."""
        self._write(result, failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Was left out."""
        self._write(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Did not get there."""
        self._write(result, failed=True)

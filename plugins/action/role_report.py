# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the reports of a role's results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_file import check_folder, write_file
from ansible_collections.community.onelogin.plugins.plugin_utils._report.formats import make_files

_OPTIONS = ("title", "started", "finished", "done", "role", "history", "incremental")


class ActionModule(ActionBase):
    """Only the role mfa_report uses it. It writes in check mode too, since the report is the plan then."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write the files and return their paths; without results, only check the folder."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        if "results" not in args:
            self._check(Path(args["folder"]))
            return {**result, "changed": False}
        options = {name: args[name] for name in _OPTIONS if args.get(name)}
        options |= {"groups": (task_vars or {})["groups"], "check_mode": self._task.check_mode}
        stem = f"{args['folder']}/{args['name']}"
        made = make_files(args["results"], stem, args["formats"], **options)
        for file in made.values():
            self._write(Path(file["path"]), file["text"])
        paths = {name: file["path"] for name, file in made.items()}
        return {**result, "changed": False, "files": paths}

    @staticmethod
    def _check(folder: Path) -> None:
        if reason := _find_obstacle(lambda: check_folder(folder)):
            raise AnsibleActionFail(f"No report can be written in {folder}: {reason}. Nothing was done.")

    @staticmethod
    def _write(path: Path, text: str) -> None:
        if reason := _find_obstacle(lambda: write_file(path, text)):
            raise AnsibleActionFail(f"The report {path} cannot be written: {reason}.")


def _find_obstacle(work: Callable[[], None]) -> str | None:
    """Do the work, and return why it failed. On 2.16, an error raised in an except clause prints a traceback."""
    try:
        work()
    except OSError as problem:
        return str(problem.strerror)
    return None

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write enrolment sheets, without a module, because its arguments would be in a file on the host for a while."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.modules.enrolment_sheets import ARGUMENTS
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.arguments import (
    build_invocation,
    validate_arguments,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_folder import PrivateFolder
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import SEGNO_MISSING, Design, render
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import (
    Obstacle,
    Sheet,
    SheetResult,
    WithoutSheet,
    build_sheets,
    read_registration_id,
)


class ActionModule(ActionBase):
    """The module of the same name has its documentation."""

    _requires_connection = False
    _supports_async = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write the pages."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        if SEGNO_MISSING:
            raise AnsibleActionFail(missing_required_lib("segno"))
        options = validate_arguments(self._task.action, self._task.args, ARGUMENTS)
        try:
            result |= self._write(options)
        except OneLoginError as error:
            result |= {"failed": True, "msg": f"{error.message} {error.hint}", "error": error.as_result()}
        return {**result, **build_invocation(options, ARGUMENTS, task_vars or {})}

    def _write(self, options: Mapping[str, Any]) -> dict[str, Any]:
        design = Design.from_options(options)  # type: ignore[arg-type]
        wanted = build_sheets(options["registrations"], Clock().now(), options["names"])
        writes = not self._task.check_mode
        rows: list[SheetResult] = []
        without: list[WithoutSheet] = []
        path = Path(options["folder"]).absolute()
        with closing(PrivateFolder(path, make=writes)) as folder:
            for sheet in wanted:
                there = folder.read(sheet.name)
                if sheet.obstacle and not _is_good(sheet, there):
                    reason = _reason(sheet.obstacle, there, path / sheet.name)
                    without.append(_without(sheet, reason))
                    continue
                text = there if sheet.obstacle else render(sheet, design)
                if text != there and writes:
                    folder.write(sheet.name, text or "")
                rows.append(_row(sheet, path, text != there))
            pages = [
                read_registration_id(folder.read(name) or "") for name in folder.list_names() if name.endswith(".html")
            ]
        return {
            "changed": folder.is_new or any(row["changed"] for row in rows),
            "msg": f"{len(rows)} of {len(wanted)} have a sheet in {path}.",
            "sheets": rows,
            "without": without,
            "pages": [registration for registration in pages if registration],
        }


def _is_good(sheet: Sheet, there: str | None) -> bool:
    """Return whether an earlier run, which had the secret, made the page of the same registration."""
    return bool(sheet.obstacle and sheet.obstacle.earlier == "good" and sheet.registration.mark in (there or ""))


def _reason(obstacle: Obstacle, there: str | None, path: Path) -> str:
    spent = there is not None and obstacle.earlier == "spent"
    return f"{obstacle.reason} Delete its sheet, which is no longer needed: {path}" if spent else obstacle.reason


def _without(sheet: Sheet, reason: str) -> WithoutSheet:
    return {
        "user": sheet.person.user,
        "factor": sheet.registration.factor,
        "reason": reason,
        "needed": sheet.needed,
    }


def _row(sheet: Sheet, folder: Path, changed: bool) -> SheetResult:
    return {
        "user": sheet.person.user,
        "factor": sheet.registration.factor,
        "path": str(folder / sheet.name),
        "expires_at": sheet.registration.expires_at,
        "changed": changed,
    }

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write private pages with temporary tokens, and find the people without a page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_folder import PrivateFolder
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.reset import (
    Reset,
    TokenPage,
    select_steps_before,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import Design
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import Recipient
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.token_page import (
    build_token_mark,
    render_token,
)

_DESIGN = ("title", "organisation", "contact", "language", "texts", "timezone", "template")


class ActionModule(ActionBase):
    """Only the role mfa_reset uses it, and not in check mode."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the items of the tokens that are missing; with ``tokens``, write their pages."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        plan = args["plan"]
        pages = Reset(plan, select_steps_before("registered", args["steps"]), predicts=False).list_token_pages()
        with closing(PrivateFolder(Path(plan["settings"]["sheets"]).absolute(), make=True)) as folder:
            if "tokens" in args:
                _write(folder, pages, args["tokens"], _design(plan["settings"]))
                return result
            missing = [page["item"] for page in pages if str(_mark(page)) not in (folder.read(_name(page)) or "")]
        return {**result, "batch": missing}


def _write(folder: PrivateFolder, pages: list[TokenPage], tokens: Mapping[str, Any], design: Design) -> None:
    """Write the pages of the tokens that were generated."""
    results = {(row.get("item") or {}).get("key"): row for row in tokens.get("results") or ()}
    for page in pages:
        row = results.get(page["item"]["key"])
        if row and not row["failed"]:
            token = row["mfa_token"]
            recipient = Recipient(page["user"], page["name"] or page["user"])
            text = render_token(recipient, token["mfa_token"], token["expires_at"], _mark(page), design)
            folder.write(_name(page), text)


def _design(settings: Mapping[str, Any]) -> Design:
    options: Any = {name: settings.get(f"sheets_{name}") or None for name in _DESIGN}
    return Design.from_options(options)


def _mark(page: TokenPage) -> Any:
    return build_token_mark(page["user_id"], page["started_at"])


def _name(page: TokenPage) -> str:
    return f"temporary-code-{hashlib.sha256(str(page['user_id']).encode()).hexdigest()[:12]}.html"

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results for reports, and reports that the role writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.integration.harness import Run, Task, environment, play, run_playbook
from tests.integration.watch import watch

Row = dict[str, Any]

SECRET = "042137"
SEED = "JBSWY3DPEHPK3PXP"
MARKUP = '<script>alert("x")</script><b>&amp;'
REFUSED = {"code": "rejected", "http_status": None, "message": "It was refused.", "request_id": "r-1", "hint": "Ask."}


def row(who: str, **more: Any) -> Row:
    """Build a result as the roles return it, accepted by default."""
    factor = more.get("factor", "OneLogin Protect")
    status = more.get("status", "accepted")
    return {
        "host": who,
        "user": f"{who}@example.com",
        "factor": factor,
        "status": status,
        "changed": status == "accepted",
        "failed": False,
        "msg": f"{who}@example.com, {factor}: {more.get('text', 'The factor is enrolled.')}",
        "awaits": None,
        "registration": {"id": f"id-of-{who}", "user_id": 7, "device_id": "8", "factor_data": {"totp_url": SEED}},
        "error": None,
        **{key: value for key, value in more.items() if key != "text"},
    }


def rows(count: int = 40) -> list[Row]:
    """Build results of many people, including unusual ones."""
    made = [
        row(
            "zoe",
            name="Zoë Müller",
            status="rejected",
            failed=True,
            error=REFUSED,
            text="It was refused. Ask.",
            factor="OneLogin SMS",
            elapsed=2,
            changed=True,
            groups=["sales"],
        ),
        row("yan", status="rejected", failed=True, error=REFUSED, text="It was refused. Ask."),
        row("nobody", status="invalid", failed=True, factor=None, error={**REFUSED, "code": "invalid"}, groups=[]),
        row("ann", status="pending", awaits="otp", factor="OneLogin SMS", text="Pending.", otp=SECRET),
        row(MARKUP, user=MARKUP, text=MARKUP, groups=[MARKUP]),
        row("a-very-long-name" * 12, factor="OneLogin Voice"),
    ]
    made += [
        row(
            f"person{number}",
            factor=("OneLogin Protect", "OneLogin SMS", "OneLogin Voice")[number % 3],
            groups=[("engineering", "sales", "support")[number % 4 % 3]],
            accepted_at=f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}Z",
        )
        for number in range(count - len(made))
    ]
    return made


def written(folder: Path, results: list[Row], *arguments: str, **more: Any) -> Run:
    """Run the role to write reports of results below a folder; ``more`` are variables of the role."""
    watch.note("code", SECRET)
    watch.note("seed", SEED)
    (folder / "rows.json").write_text(json.dumps(results), encoding="utf-8")
    variables = {"mfa_report_results": "{{ (lookup('file', 'rows.json') | from_json) }}", **more}
    role: Task = {
        "name": "Report",
        "ansible.builtin.include_role": {"name": "community.onelogin.mfa_report"},
        "vars": variables,
    }
    return run_playbook(folder, play([role]), environment(folder, "http://127.0.0.1:9"), *arguments)

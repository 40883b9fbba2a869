# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Call an admin path of the simulator in a playbook: ``simulator: {method: POST, path: /clock, body: {...}}``."""

from __future__ import annotations

import os
from typing import Any

import requests
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Call an admin path, also in check mode: the simulator stands for people and OneLogin, not for the run."""

    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Return the response as ``answer``, hidden if it contains codes."""
        super().run(tmp, task_vars)
        url = os.environ["ONELOGIN_TEST_SIMULATOR"] + "/_simulator" + self._task.args["path"]
        method = self._task.args.get("method", "GET")
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, json=self._task.args.get("body"), timeout=10)
        secret = any(word in url for word in ("/message", "/totp", "/secrets"))
        return {"changed": False, "failed": not answer.ok, "answer": answer.json(), "_ansible_no_log": secret}

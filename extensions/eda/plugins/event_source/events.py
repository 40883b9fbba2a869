# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the OneLogin API, for ansible-rulebook."""

from __future__ import annotations

DOCUMENTATION = r"""
short_description: The events of a OneLogin account
version_added: 1.0.0
author:
  - community.onelogin contributors (@ansible-collections)
description:
  - Reads the account's log and returns each event once, oldest first. An event has the keys that M(community.onelogin.event_info)
    returns, such as C(event.event_type), C(event.user_id) and C(event.otp_device_name).
  - The first start returns the events from then on. A later start returns those that came in the meantime.
  - If OneLogin cannot be reached, or refuses calls for the hourly limit, the source tries again at growing intervals.
requirements:
  - python >= 3.9
  - requests >= 2.29.0
options:
  event_types:
    description: The types of events, by name or by id. By default all.
    type: list
    elements: str
  interval:
    description: Seconds between two readings, at least V(1). Each takes one API call, and one more for every 1,000 events.
    type: float
    default: 30
  state_file:
    description:
      - The file that records which events were handed over, so that a restart neither loses nor repeats one. It is created, and only
        its owner can read it. It contains ids and times.
      - Each source of an account needs a file of its own.
    type: str
    required: true
  since:
    description: A time such as V(2026-11-24T09:30:00Z), from which the first start returns events. It has no effect once the file exists.
    type: str
  overlap:
    description:
      - How many seconds each reading goes back behind the newest event. OneLogin can list an event after later ones; it is missed only
        if it comes later than this.
    type: float
    default: 600
  feedback:
    description:
      - Whether to record an event only after the rule engine has taken it. ansible-rulebook needs C(--persistence-id) for this.
    type: bool
    default: false
  subdomain:
    description: The account, that is the C(acme) of C(https://acme.onelogin.com). E(ONELOGIN_SUBDOMAIN) stands in for it.
    type: str
  base_url:
    description: The whole URL of the API, in place of O(subdomain). E(ONELOGIN_BASE_URL) stands in for it.
    type: str
  client_id:
    description: Id of an API credential of the scope Read Users or a larger one. E(ONELOGIN_CLIENT_ID) stands in for it.
    type: str
  client_secret:
    description: Its secret. E(ONELOGIN_CLIENT_SECRET) stands in for it.
    type: str
  access_token:
    description:
      - A ready access token. Without the credential, the source ends when the token has expired. E(ONELOGIN_ACCESS_TOKEN) stands in
        for it.
    type: raw
  validate_certs:
    description: Whether the server's TLS certificate is validated. E(ONELOGIN_VALIDATE_CERTS) stands in for it.
    type: bool
    default: true
  ca_path:
    description: A file or folder of certificate authorities to trust, in place of the usual ones. E(ONELOGIN_CA_PATH) stands in for it.
    type: str
  request_timeout:
    description: Seconds to wait for a connection, and again for each part of a response.
    type: float
    default: 30
  rate_limit_reserve:
    description: Calls of the hour that are left to other clients of the account. E(ONELOGIN_RATE_LIMIT_RESERVE) stands in for it.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Audit people whose factor was removed
  hosts: all
  sources:
    - name: onelogin
      community.onelogin.events:
        event_types: [USER_REMOVED_OTP_DEVICE]
        interval: 60
        state_file: /var/lib/onelogin/removed.json
  rules:
    - name: A factor was removed
      condition: event.event_type == "USER_REMOVED_OTP_DEVICE"
      action:
        run_playbook:
          name: community.onelogin.audit
          extra_vars:
            mfa_audit_users:
              - user_id: "{{ event.user_id }}"
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

# Of <root>/ansible_collections/community/onelogin/extensions/eda/plugins/event_source/events.py
_ROOT = Path(__file__).absolute().parents[7]
_SOURCE = "ansible_collections.community.onelogin.plugins.plugin_utils._events.source"


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Hand over events to ansible-rulebook.

    :param queue: takes the events.
    :param args: the options in the rulebook.
    """
    _find_collection()
    await import_module(_SOURCE).run(queue, args)


def _find_collection() -> None:
    """Let Python find this collection, since ansible-rulebook runs this file alone."""
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))
    package = import_module("ansible_collections")
    folder = str(_ROOT / "ansible_collections")
    if folder not in package.__path__:  # another one, which the package ansible on PyPI brings
        package.__path__ = [folder, *package.__path__]

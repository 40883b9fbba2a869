# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to this machine that is not called local, so that modules are shipped as to another machine."""

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.connection import local

DOCUMENTATION = """
name: elsewhere
short_description: this machine under another name
description:
  - Ships modules as to another machine.
author: community.onelogin contributors
options:
  become_success_timeout:
    description: As for C(local), which reads it as of ansible-core 2.19.
    type: int
    default: 10
  become_strip_preamble:
    description: As for C(local), which reads it as of ansible-core 2.19.
    type: bool
    default: true
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(local.Connection):
    """Like local, under another name."""

    transport: ClassVar[str] = "elsewhere"

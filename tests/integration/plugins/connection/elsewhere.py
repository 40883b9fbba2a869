# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to this machine that is not called local, so that modules are shipped as to another machine."""

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.connection import local

DOCUMENTATION = local.DOCUMENTATION.replace("name: local", "name: elsewhere")


class Connection(local.Connection):
    """Like local, under another name."""

    transport: ClassVar[str] = "elsewhere"

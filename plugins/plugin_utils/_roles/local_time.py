# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times for the person who reads the output, in the time zone of the controller (variable TZ)."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp


def format_local_time(moment: datetime | str, *, dated: bool = False) -> str:
    """Return a time as text, such as ``14:05 CET``, with the date if that is not today's.

    :param moment: a time with its zone, or ISO 8601 text; other text is returned as it is.
    :param dated: whether to add the date in any case, as stored text needs.
    """
    read = parse_timestamp(moment) if isinstance(moment, str) else moment
    if read is None:
        return str(moment)
    local = read.astimezone()
    is_today = local.date() == datetime.now().astimezone().date()
    return f"{local:%H:%M %Z}" if is_today and not dated else f"{local:%Y-%m-%d %H:%M %Z}"

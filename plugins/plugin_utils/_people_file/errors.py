# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be wrong with a people file."""

from __future__ import annotations


class PeopleFileError(Exception):
    """A file, or an option of the plugin, cannot be used. The text says which, why, and what to do."""


class CellError(ValueError):
    """A cell cannot be used. The text says why and what to do, and follows the place of the cell."""

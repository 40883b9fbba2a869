# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful simulation of OneLogin's documented API, for tests and rehearsals.

It runs on the loopback address only and shares no code with the collection it is used to test.
"""

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The collection's version, as in galaxy.yml, from where `make generate` takes it."""

from __future__ import annotations

VERSION = "1.0.0"

# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The requests library, or the reason why it cannot be imported."""

from __future__ import annotations

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import NewConnectionError
    from urllib3.util.ssl_match_hostname import CertificateError
except ImportError as problem:
    # Replacement names, so that a module can load and report the missing library.
    requests = NewConnectionError = CertificateError = None  # type: ignore[assignment,misc]
    HTTPAdapter = HTTPConnection = HTTPSConnection = object  # type: ignore[assignment,misc]
    HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]
    REQUESTS_IMPORT_ERROR: str | None = str(problem)
else:
    REQUESTS_IMPORT_ERROR = None

__all__ = [
    "REQUESTS_IMPORT_ERROR",
    "CertificateError",
    "HTTPAdapter",
    "HTTPConnection",
    "HTTPConnectionPool",
    "HTTPSConnection",
    "HTTPSConnectionPool",
    "NewConnectionError",
    "requests",
]

# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The baseline: a minimal program that makes only the calls that a first onboarding needs.

``python baseline.py PEOPLE.json CONCURRENCY`` enrols everyone in the list for SMS, pre-verified.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import requests
from requests.adapters import HTTPAdapter


def main() -> None:
    """Get a token, the pages of users and the factors; then the devices and a registration of each person."""
    people = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["people"]
    workers = int(sys.argv[2])
    base = os.environ["ONELOGIN_BASE_URL"]
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=workers))
    token = session.post(
        f"{base}/auth/oauth2/v2/token",
        json={"grant_type": "client_credentials"},
        auth=(os.environ["ONELOGIN_CLIENT_ID"], os.environ["ONELOGIN_CLIENT_SECRET"]),
    ).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"

    ids: dict[str, int] = {}
    query = {"limit": "100", "fields": "id,email,username"}
    while True:
        page = session.get(f"{base}/api/2/users", params=query)
        ids.update((row["email"], row["id"]) for row in page.json())
        if not page.headers.get("After-Cursor"):
            break
        query["cursor"] = unquote(page.headers["After-Cursor"])

    users = [ids[person["email"]] for person in people]
    factors = session.get(f"{base}/api/2/mfa/users/{users[0]}/factors").json()
    sms = next(factor["factor_id"] for factor in factors if factor["name"] == people[0]["factor"])
    body = {"factor_id": sms, "display_name": people[0]["factor"], "verified": True}

    def enrol(user_id: int) -> None:
        path = f"{base}/api/2/mfa/users/{user_id}"
        if not session.get(f"{path}/devices").json():
            session.post(f"{path}/registrations", json=body).raise_for_status()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(enrol, users))


if __name__ == "__main__":
    main()

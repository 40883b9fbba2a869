# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options, of modules and plugins alike."""

    DOCUMENTATION = r"""
requirements:
  - python >= 3.9
  - requests >= 2.29.0
notes:
  - Environment variables are read where the module runs, so run it on the controller, with C(connection=local) or
    C(delegate_to=localhost).
  - All connection options can be set once, with C(module_defaults) for the group C(community.onelogin.onelogin).
options:
  subdomain:
    description:
      - The subdomain of the account, such as C(acme) in C(https://acme.onelogin.com).
      - If the option is not set, the environment variable E(ONELOGIN_SUBDOMAIN) is used.
      - This or O(base_url) must be set. Either option replaces both E(ONELOGIN_SUBDOMAIN) and E(ONELOGIN_BASE_URL). If it identifies
        another account than these variables, the credential and the token in the environment are not used, because they belong
        to the other account.
    type: str
  base_url:
    description:
      - The complete URL of the API, in place of O(subdomain), for example V(https://api.us.onelogin.com).
      - Plain C(http) is rejected, except for this machine (a simulator). No proxy is used for this machine.
      - The URL must not contain a user, a password, a query or a blank.
      - If the option is not set, the environment variable E(ONELOGIN_BASE_URL) is used.
    type: str
  client_id:
    description:
      - Id of the API credential. Most of the MFA API needs a credential with the scope Manage All.
      - If the option is not set, the environment variable E(ONELOGIN_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Secret of the API credential. If you set it or O(client_id), E(ONELOGIN_ACCESS_TOKEN) is not used.
      - If the option is not set, the environment variable E(ONELOGIN_CLIENT_SECRET) is used.
    type: str
  access_token:
    description:
      - An existing access token, or the result of M(community.onelogin.access_token). It takes precedence over the credential,
        which then only renews the token after it has expired.
      - If the option is not set, the environment variable E(ONELOGIN_ACCESS_TOKEN) is used.
    type: raw
  validate_certs:
    description:
      - Whether to validate the server's TLS certificate. Turn this off for tests only.
      - If the option is not set, the environment variable E(ONELOGIN_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder with the certificate authorities to trust, in place of the default ones.
      - If the option is not set, the environment variable E(ONELOGIN_CA_PATH) is used.
    type: path
  request_timeout:
    description:
      - Seconds to wait for a connection, and again for each part of a response.
      - A request always ends after three times this long. While a module waits for people, a request also ends at O(ignore:timeout).
    type: float
    default: 30
  retries:
    description:
      - How many times a request that is safe to repeat is sent, including the first time, before it counts as failed. At least V(1).
      - A request that may have sent someone a message is never simply repeated, whatever the value.
    type: int
    default: 5
  rate_limit_timeout:
    description:
      - Maximum seconds to wait in total until the account's hourly rate limit restarts.
      - With V(0), the task fails at once. With V(-1), it waits as long as necessary.
    type: float
    default: 3900
  rate_limit_reserve:
    description:
      - API calls of each hour to keep for other clients of the account.
      - Runs at the same time see each other's calls only in the next response. Runs that share a journal, such as the slices of an
        AWX job, automatically keep as many calls as they can have in progress together. For other runs, set the sum of the
        C(concurrency) of all runs.
      - If the option is not set, the environment variable E(ONELOGIN_RATE_LIMIT_RESERVE) is used.
    type: int
    default: 0
  journal:
    description:
      - Where to record the requests that were sent. With this record, an interrupted, repeated or simultaneous run never sends a
        person a second message, and a run finds the registrations and verifications of earlier runs.
      - The path of a file (SQLite), for one machine, or a database URL such as
        V(postgresql://onelogin@db.example.com/onelogin), for many. The file or the tables are created and upgraded as needed.
      - It also records the factor of each device, which OneLogin does not return. So a device is recognised whatever its name is.
      - It contains no codes, tokens, secrets or phone numbers. Only the owner of a journal file may have access to it.
      - Without a journal, a task sees of earlier runs only what OneLogin returns. V(none) switches off a journal that the environment
        or C(module_defaults) sets.
      - This needs the Python library SQLAlchemy 2, and psycopg 3 for PostgreSQL. Execution environments have psycopg only if their
        definition names it.
      - If the option is not set, the environment variable E(ONELOGIN_JOURNAL) is used.
    type: str
  journal_keep_days:
    description:
      - Remove entries of the journal that ended more than this number of days ago.
    type: float
  progress:
    description:
      - Whether a task that takes longer than a few seconds shows its progress. This works only if it runs in the controller's
        process, that is with a local connection and without C(become) and C(async).
      - An interrupted run then also shows what it had completed.
      - If the option is not set, the environment variable E(ONELOGIN_PROGRESS) is used.
    type: bool
    default: true
"""

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
      - The account, that is the C(acme) of C(https://acme.onelogin.com).
      - If the option is not set, the environment variable E(ONELOGIN_SUBDOMAIN) is used.
      - This or O(base_url) must be set. Either takes the place of both E(ONELOGIN_SUBDOMAIN) and E(ONELOGIN_BASE_URL), and where
        it names another account than these, the credential and the token in the environment are not used, for they are that
        one's.
    type: str
  base_url:
    description:
      - The whole URL of the API, in place of O(subdomain), for example V(https://api.us.onelogin.com).
      - Plain C(http) is refused, except to this machine (a simulator). No proxy is used to this machine.
      - A user, password, query or blank in it is refused.
      - If the option is not set, the environment variable E(ONELOGIN_BASE_URL) is used.
    type: str
  client_id:
    description:
      - Id of the API credential. Most of the MFA API needs one of the scope Manage All.
      - If the option is not set, the environment variable E(ONELOGIN_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Secret of the API credential. Where it or O(client_id) is set, E(ONELOGIN_ACCESS_TOKEN) is not used.
      - If the option is not set, the environment variable E(ONELOGIN_CLIENT_SECRET) is used.
    type: str
  access_token:
    description:
      - A ready access token, or the result of M(community.onelogin.access_token). It wins over the credential, which is then
        used only to renew the token when it has expired.
      - If the option is not set, the environment variable E(ONELOGIN_ACCESS_TOKEN) is used.
    type: raw
  validate_certs:
    description:
      - Whether the server's TLS certificate is validated. Turn this off for tests only.
      - If the option is not set, the environment variable E(ONELOGIN_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of certificate authorities to trust, in place of the usual ones.
      - If the option is not set, the environment variable E(ONELOGIN_CA_PATH) is used.
    type: path
  request_timeout:
    description:
      - Seconds to wait for a connection, and again for each part of a response.
      - A request ends after three times as long, whatever the server does, and a wait at its own O(ignore:timeout).
    type: float
    default: 30
  retries:
    description:
      - How often a request that is safe to repeat is tried, the first time included, before it counts as failed. At least V(1).
      - A request that may have sent somebody a message is never repeated blindly, whatever stands here.
    type: int
    default: 5
  rate_limit_timeout:
    description:
      - Longest total sleep in seconds until the account's hourly limit of calls restarts.
      - With V(0) the task fails at once, with V(-1) it sleeps as long as it takes.
    type: float
    default: 3900
  rate_limit_reserve:
    description:
      - Calls of the hour that are left to other clients of the account.
      - Runs at the same time see each other's calls only in the next answer. Those that share a journal, such as the slices of an
        AWX job, leave as many calls as they may have under way together by themselves; for others, that is all runs' C(concurrency)
        added up.
      - If the option is not set, the environment variable E(ONELOGIN_RATE_LIMIT_RESERVE) is used.
    type: int
    default: 0
  journal:
    description:
      - Where to keep a record of what was sent, so that a run that is killed, repeated or raced by another never messages
        a person twice, and finds the registrations and verifications of earlier runs by itself.
      - The path of a file (SQLite), for one machine, or a database URL such as
        V(postgresql://onelogin@db.example.com/onelogin), for many. Both are created and upgraded as needed.
      - It keeps which factor each device belongs to, which OneLogin does not tell, so that a device is recognised whatever it
        is called.
      - It holds no codes, tokens, secrets or phone numbers. A file must be readable by its owner only.
      - Without a journal a task knows of earlier runs only what OneLogin returns. V(none) switches off a journal that the environment
        or C(module_defaults) sets.
      - This needs the Python library SQLAlchemy 2, and psycopg 3 for PostgreSQL. Execution environments have psycopg only if their
        definition names it.
      - If the option is not set, the environment variable E(ONELOGIN_JOURNAL) is used.
    type: str
  journal_keep_days:
    description:
      - Remove entries of the journal that came to an end more than so many days ago.
    type: float
  progress:
    description:
      - Whether work that lasts longer than a few seconds says now and then where it stands. It can do so only where it runs in
        the controller's process, that is with a local connection and without C(become) and C(async).
      - There, a run that is interrupted says how far it had come.
      - If the option is not set, the environment variable E(ONELOGIN_PROGRESS) is used.
    type: bool
    default: true
"""

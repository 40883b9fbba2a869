# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``python -m simulator --port 0 --people people.csv``."""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from simulator import app, people, switches, tokens
from simulator.models import Factor
from simulator.people import SeedError
from simulator.protocol import ResettableProtocol
from simulator.settings import ANSWERS, Settings
from simulator.simulation import DEFAULT_FACTORS, Seed, Simulation, read_factors
from simulator.tokens import SCOPES, Credential

SECRETS = "ONELOGIN_SIMULATOR_SECRETS"
"""The variable with a folder to which the secrets are written at the end."""


class _Server(uvicorn.Server):
    """Prints its URL when it is ready."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._url, flush=True)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    options = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A stateful simulation of OneLogin's API. Prints its URL when it is ready.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    default = Settings()
    add = options.add_argument
    add("--host", default="127.0.0.1", help="loopback address to listen on")
    add("--port", type=int, default=0, help="port; 0 for a free one")
    add("--tls-cert", type=Path, metavar="FILE.pem", help="certificate with its chain, to serve https")
    add("--tls-key", type=Path, metavar="FILE.pem", help="private key of the certificate, if it is in another file")
    seed = options.add_mutually_exclusive_group()
    seed.add_argument("--people", type=Path, metavar="FILE.csv", help="people from a CSV file")
    seed.add_argument("--inventory", type=Path, metavar="FILE.yml", help="people from a YAML inventory")
    seed.add_argument("--count", type=int, default=10, help="this number of generated people")
    add(
        "--credential",
        action="append",
        type=_parse_credential,
        metavar="ID:SECRET[:SCOPE]",
        help=f"API credential, repeatable; SCOPE is one of {', '.join(SCOPES)} "
        f"(default: {':'.join(tokens.DEFAULT_CREDENTIAL)})",
    )
    add(
        "--factors",
        type=Path,
        metavar="FILE.json",
        help="the account's factors, a list as in the response of GET factors",
    )
    add(
        "--groups",
        type=Path,
        metavar="FILE.json",
        help="the account's groups and policies, an object with a list of each",
    )
    add("--latency", type=float, default=default.latency, metavar="MS", help="milliseconds added to each response")
    add("--limit", type=int, default=default.limit, help="resource calls allowed in a window of the rate limit")
    add("--window", type=float, default=default.window, metavar="S", help="length of the window in simulated seconds")
    add("--token-life", type=int, default=default.token_life, metavar="S", help="lifetime of access tokens in seconds")
    add("--page-size", type=int, default=default.page_size, help="maximum number of users on a page")
    add("--answer", choices=ANSWERS, default=default.answer, help="what people do when they get a message")
    add(
        "--answer-after",
        type=float,
        default=default.answer_after,
        metavar="S",
        help="simulated seconds until people do it",
    )
    add("--account-id", type=int, default=None, help="the account's id, random if it is not given")
    add(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"an undocumented behaviour, repeatable; names: {', '.join(switch.name for switch in switches.SWITCHES)}",
    )
    add("--speed", type=float, default=1.0, help="simulated seconds for each real second")
    add("--seed", type=int, default=None, help="number that makes ids, codes and secrets reproducible")
    return options


def _parse_credential(text: str) -> Credential:
    parts = text.split(":", 2)
    if len(parts) < 2 or not all(parts):
        raise argparse.ArgumentTypeError("a credential is ID:SECRET or ID:SECRET:SCOPE")
    scopes = {scope.casefold(): scope for scope in SCOPES}
    scope = scopes.get((parts[2] if len(parts) == 3 else "Manage All").casefold())
    if scope is None:
        raise argparse.ArgumentTypeError(f"the scope is one of {', '.join(SCOPES)}")
    return Credential(parts[0], parts[1], scope)


def _read_factors(path: Path | None) -> list[Factor]:
    if path is None:
        return list(DEFAULT_FACTORS)
    try:
        return read_factors(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, SeedError) as problem:
        raise SeedError(f"{path.name}: {problem}") from None


def _read_groups(path: Path | None) -> dict[str, list[Any] | None]:
    if path is None:
        return {}
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise SeedError(f"{path.name}: {problem}") from None
    if not isinstance(read, dict) or not all(isinstance(read.get(name, []), list) for name in ("groups", "policies")):
        raise SeedError(f"{path.name}: not an object with lists of groups and policies")
    return {name: read.get(name) for name in ("groups", "policies")}


def _build_settings(given: argparse.Namespace) -> Settings:
    changes: dict[str, Any] = {name: getattr(given, name) for name in vars(Settings()) if name != "switches"}
    if given.account_id is None:
        del changes["account_id"]
    changes["switches"] = {}
    for text in given.switch:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"a switch is NAME=VALUE, not {text!r}")
        changes["switches"][name] = value
    return Settings().apply(changes)


def _build_seed(given: argparse.Namespace) -> Seed:
    if given.people:
        found = people.read_csv(given.people)
    elif given.inventory:
        found = people.read_inventory(given.inventory)
    else:
        found = people.generate_people(given.count)
    if not given.speed > 0:
        raise ValueError("speed is a number above zero")
    return Seed(
        people=lambda: found,
        credentials=given.credential or [Credential(*tokens.DEFAULT_CREDENTIAL)],
        factors=_read_factors(given.factors),
        **_read_groups(given.groups),
        settings=_build_settings(given),
        speed=given.speed,
        random_seed=given.seed,
    )


def _listen(host: str, port: int) -> socket.socket:
    address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    if not address.is_loopback:
        raise ValueError("the simulator listens on the loopback address only")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((str(address), port))
    return listening


def _write_secrets(sim: Simulation) -> None:
    """Write the secrets to a file if requested, for tests of programs that start a simulator themselves."""
    folder = os.environ.get(SECRETS)
    if folder:
        file = Path(folder) / f"{os.getpid()}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(sim.list_secrets()), encoding="utf-8")


def _build_config(sim: Simulation, cert: Path | None, key: Path | None) -> uvicorn.Config:
    """Return the configuration of the server, with the certificate read."""
    if key and not cert:
        raise ValueError("--tls-key goes with --tls-cert")
    config = uvicorn.Config(
        app.build(sim),
        ssl_certfile=cert,
        ssl_keyfile=key,
        http=ResettableProtocol,
        loop="uvloop",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,  # of the account's own clock, see app.py
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    try:
        config.load()
    except OSError as problem:
        raise ValueError(f"--tls-cert and --tls-key cannot be used: {problem}") from None
    return config


def main() -> None:
    """Serve until a signal arrives."""
    options = build_parser()
    given = options.parse_args()
    try:
        sim = Simulation(_build_seed(given))
        config = _build_config(sim, given.tls_cert, given.tls_key)
        listening = _listen(given.host, given.port)
    except (SeedError, ValueError, OSError) as problem:
        options.exit(2, f"simulator: {problem}\n")
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    for credential in sim.seed.credentials:
        print(f"credential {credential.client_id} ({credential.scope})", file=sys.stderr)
    print(f"{len(sim.account.people)} people", file=sys.stderr)
    # The server raises its signal again after it has stopped, which is a normal end here.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        _Server(config, f"{'https' if config.is_ssl else 'http'}://{name}:{port}").run(sockets=[listening])
    finally:
        _write_secrets(sim)


if __name__ == "__main__":
    main()

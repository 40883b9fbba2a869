# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the REST API of AWX 24.6.1, as far as ``awx.awx`` needs it to make what the playbook configures.

It keeps what it is told, checks it by AWX's rules, and answers as AWX would. The source is
https://github.com/ansible/awx: ``awx/api/serializers.py`` (fields and defaults), ``awx/api/fields.py`` (null),
``awx/main/access.py`` (rights), ``awx/main/utils/named_url_graph.py`` (named URLs) and ``awx/main/models`` (what is
unique). In one thing it is stricter: it refuses a field that AWX does not know, which AWX ignores.

It serves the API as AWX, at ``/api/v2``, and as automation controller behind a gateway, at ``/api/controller/v2``.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.integration.controller_rules import (
    count_slices,
    hosts_of_jobs,
    playbooks_in,
    wrong_with_injectors,
    wrong_with_inputs,
    wrong_with_survey,
)

TOKEN = "the-controller-s-token-5d1e"
"""The token of a system administrator."""
OF_ORGANIZATION = "the-organization-s-token-7a90"
"""The token of an administrator of the organization ``Default``."""
ENCRYPTED = "$encrypted$"
_ROOT = "/api/v2"
_PRODUCTS = {
    "/api/v2": ("AWX", "24.6.1"),
    "/api/controller/v2": ("Red Hat Ansible Automation Platform", "24.6.1"),
}
_LINKS = ("always_nodes", "success_nodes", "failure_nodes")

Object = dict[str, Any]


class RefusedError(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, **body: Any) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    :param fields: what may be set, with what it is by default; None where that is nothing.
    :param required: what has to be set.
    :param references: which fields hold the id of an object, and of which kind.
    :param unique: which fields no two objects have in common.
    :param named_by: the fields of a named URL; a field that refers to another object stands for the fields of that.
    :param ignored: what is told but not taken, as it is AWX's to say.
    :param lists: lists of other objects that belong to one.
    """

    type: str
    fields: Mapping[str, Any]
    required: tuple[str, ...] = ("name",)
    references: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ("name",)
    named_by: tuple[tuple[str, ...], ...] = (("name",), ("organization.name",))
    ignored: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)


_NAMED = {"name": None, "description": ""}
_ASKED = {f"ask_{what}_on_launch": False for what in ("inventory", "limit", "tags", "skip_tags", "variables", "labels")}
_UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates", "workflow_approval_templates")
KINDS: Mapping[str, Kind] = {
    "organizations": Kind("organization", _NAMED),
    "credential_types": Kind(
        "credential_type",
        {**_NAMED, "kind": None, "inputs": {}, "injectors": {}},
        required=("name", "kind"),
        unique=("name", "kind"),
        named_by=(("name", "kind"),),
        ignored=("managed",),
    ),
    "credentials": Kind(
        "credential",
        {**_NAMED, "organization": None, "credential_type": None, "inputs": {}},
        required=("name", "organization", "credential_type"),
        references={"organization": "organizations", "credential_type": "credential_types"},
        unique=("name", "organization", "credential_type"),
        named_by=(("name",), ("credential_type.name", "credential_type.kind"), ("organization.name",)),
    ),
    "execution_environments": Kind(
        "execution_environment",
        {**_NAMED, "image": None, "pull": "", "organization": None, "credential": None},
        required=("name", "image"),
        references={"organization": "organizations", "credential": "credentials"},
        named_by=(("name",),),
    ),
    "projects": Kind(
        "project",
        {
            **_NAMED,
            "organization": None,
            "scm_type": "",
            "scm_url": "",
            "scm_branch": "",
            "credential": None,
            "default_environment": None,
            "scm_update_on_launch": False,
            "allow_override": False,
            "timeout": 0,
        },
        references={
            "organization": "organizations",
            "credential": "credentials",
            "default_environment": "execution_environments",
        },
        unique=("name", "organization"),
    ),
    "inventories": Kind(
        "inventory",
        {**_NAMED, "organization": None, "kind": "", "host_filter": None, "variables": ""},
        required=("name", "organization"),
        references={"organization": "organizations"},
        unique=("name", "organization"),
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **_NAMED,
            "inventory": None,
            "source": None,
            "source_path": "",
            "source_project": None,
            "source_vars": "",
            "credential": None,
            "execution_environment": None,
            "overwrite": False,
            "overwrite_vars": False,
            "update_on_launch": False,
            "update_cache_timeout": 0,
        },
        required=("name", "inventory", "source"),
        references={
            "inventory": "inventories",
            "source_project": "projects",
            "credential": "credentials",
            "execution_environment": "execution_environments",
        },
        unique=("name", "inventory"),
    ),
    "job_templates": Kind(
        "job_template",
        {
            **_NAMED,
            **_ASKED,
            **{f"ask_{what}_on_launch": False for what in ("job_type", "job_slice_count", "credential", "forks")},
            "job_type": "run",
            "inventory": None,
            "project": None,
            "playbook": "",
            "execution_environment": None,
            "extra_vars": "",
            "limit": "",
            "job_slice_count": 1,
            "allow_simultaneous": False,
            "survey_enabled": False,
        },
        required=("name", "project", "playbook"),
        ignored=("organization",),
        references={
            "inventory": "inventories",
            "project": "projects",
            "execution_environment": "execution_environments",
        },
        unique=("name", "organization"),
        lists={"credentials": "credentials"},
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {**_NAMED, **_ASKED, "organization": None, "inventory": None, "limit": None, "survey_enabled": False},
        references={"organization": "organizations", "inventory": "inventories"},
        unique=("name", "organization"),
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            "identifier": None,
            "workflow_job_template": None,
            "unified_job_template": None,
            "extra_data": {},
            "job_slice_count": None,
        },
        required=("identifier", "workflow_job_template"),
        references={"workflow_job_template": "workflow_job_templates", "unified_job_template": "unified_job_templates"},
        unique=("identifier", "workflow_job_template"),
        ignored=("type",),
        lists=dict.fromkeys(_LINKS, "workflow_job_template_nodes"),
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", {**_NAMED, "timeout": 0}, unique=()),
    "project_updates": Kind("project_update", {"project": None}, required=("project",), unique=()),
}


class Controller:
    """What is in it, and the calls it got.

    :param repositories: the folders behind the URLs of projects.
    """

    def __init__(self, repositories: Mapping[str, Path]) -> None:
        self.repositories = repositories
        self.url = ""
        self.writes: list[str] = []
        self._ids = itertools.count(1)
        self._objects: dict[str, dict[int, Object]] = {collection: {} for collection in KINDS}
        self._lists: dict[tuple[int, str], list[int]] = {}
        self._surveys: dict[int, Object] = {}
        self._playbooks: dict[int, set[str]] = {}
        self.organization: int = self.create("organizations", {"name": "Default"})["id"]

    # --- for the tests

    def all(self, collection: str) -> dict[str, Object]:
        """The objects of a kind in the organization ``Default`` by their names, secrets and all."""
        named = KINDS[collection].required[0] if KINDS[collection].required else "name"
        mine = (each for each in self._objects[collection].values() if self._owner(each) in (None, self.organization))
        return {each[named]: each for each in mine}

    def related(self, of: Object, name: str) -> list[Object]:
        """The objects in a list of an object."""
        return [self._find(KINDS_OF[of["type"]].lists[name], key) for key in self._lists.get((of["id"], name), [])]

    def survey(self, of: Object) -> Object:
        """The survey of a template."""
        return self._surveys[of["id"]]

    def jobs(self, node: Object, hosts: Sequence[str], limit: Collection[str] = ()) -> list[list[str]]:
        """The hosts of each job that a node of a workflow starts.

        :param hosts: those of the inventory of its template.
        :param limit: the names of hosts to which the workflow is limited; empty for all.
        """
        template = self.find(node["unified_job_template"])
        slices = count_slices(template, node, hosts)
        return hosts_of_jobs(hosts, slices, limit if template["ask_limit_on_launch"] else ())

    def find(self, reference: int) -> Object:
        """Any object, by its id."""
        (found,) = (held[reference] for held in self._objects.values() if reference in held)
        return found

    # --- what the API does

    def _owner(self, each: Object) -> int | None:
        """The organization an object belongs to; None for one that belongs to all."""
        if "organization" in each:
            found: int | None = each["organization"]
            return found
        parent = next((name for name in ("workflow_job_template", "inventory") if name in each), None)
        return self._owner(self._find(KINDS_OF[each["type"]].references[parent], each[parent])) if parent else None

    def _check_right(self, method: str, path: list[str], body: Mapping[str, Any]) -> None:
        """Refuse what an administrator of the organization may not do.

        :raises RefusedError: 403.
        """
        if method == "GET":
            return
        allowed = path[0] != "credential_types"
        if path[0] == "execution_environments":
            allowed = body.get("organization") == self.organization
        if allowed and len(path) > 1:
            allowed = self._owner(self._find(path[0], int(path[1]))) in (None, self.organization)
        if not allowed:
            raise RefusedError(403, detail="You do not have permission to perform this action.")

    def _by_named_url(self, collection: str, url: str) -> Object:
        named_by = KINDS[collection].named_by if collection in KINDS else ()
        wanted = [[unquote(text) for text in part.split("+")] for part in url.split("++")]
        for each in self._held(collection).values():
            if [[self._named(each, name) for name in part] for part in named_by] == wanted:
                return each
        raise RefusedError(404, detail="Not found.")

    def _named(self, each: Object, name: str) -> str:
        reference, _dot, of_other = name.partition(".")
        if not of_other:
            return str(each[name])
        other = KINDS_OF[each["type"]].references.get(reference, "organizations")
        return str(self._find(other, each[reference])[of_other]) if each[reference] is not None else ""

    def create(self, collection: str, told: Mapping[str, Any]) -> Object:
        """Take up an object."""
        kind = KINDS[collection]
        new = {**kind.fields, **self._taken(kind, told)}
        for name in kind.required:
            if new.get(name) in (None, ""):
                raise RefusedError(400, **{name: ["This field is required."]})
        key = next(self._ids)
        new |= {"id": key, "type": kind.type, "url": f"{_ROOT}/{collection}/{key}/"}
        self._keep(collection, new)
        if collection == "projects":
            self._update_project(new)
        return new

    def change(self, collection: str, key: int, told: Mapping[str, Any]) -> Object:
        """Change an object."""
        old = self._find(collection, key)
        new = {**old, **self._taken(KINDS[collection], told)}
        self._keep(collection, new)
        return new

    def _taken(self, kind: Kind, told: Mapping[str, Any]) -> Object:
        if unknown := told.keys() - kind.fields.keys() - set(kind.ignored):
            raise RefusedError(400, **{name: ["There is no such field."] for name in unknown})
        taken = {name: value for name, value in told.items() if name not in kind.ignored}
        # AWX accepts null for a text that may be empty, and keeps the empty text.
        return {name: "" if value is None and kind.fields[name] == "" else value for name, value in taken.items()}

    def _keep(self, collection: str, new: Object) -> None:
        kind = KINDS[collection]
        for name, of in kind.references.items():
            if new[name] is not None and new[name] not in self._held(of):
                raise RefusedError(400, **{name: [f'Invalid pk "{new[name]}" - object does not exist.']})
        if check := _CHECKS.get(collection):
            check(self, new)
        same = [each for each in self._objects[collection].values() if each["id"] != new["id"]]
        if kind.unique and any(all(each[name] == new[name] for name in kind.unique) for each in same):
            raise RefusedError(400, __all__=[f"{kind.type} with this {', '.join(kind.unique)} already exists."])
        self._objects[collection][new["id"]] = new

    def _held(self, collection: str) -> dict[int, Object]:
        if collection == "unified_job_templates":
            return {key: each for of in _UNIFIED for key, each in self._objects[of].items()}
        if collection not in self._objects:
            raise RefusedError(404, detail="Not found.")
        return self._objects[collection]

    def _find(self, collection: str, key: int) -> Object:
        held = self._held(collection)
        if key not in held:
            raise RefusedError(404, detail="Not found.")
        return held[key]

    def _update_project(self, project: Object) -> Object:
        if project["scm_url"] not in self.repositories:
            raise RefusedError(400, detail="The repository cannot be read.")
        self._playbooks[project["id"]] = playbooks_in(self.repositories[project["scm_url"]])
        return self.create("project_updates", {"project": project["id"]})

    # --- the checks of some kinds

    def _check_credential_type(self, new: Object) -> None:
        if new["kind"] not in ("cloud", "net"):
            raise RefusedError(400, kind=["Must be 'cloud' or 'net'."])
        wrong = [*wrong_with_inputs(new["inputs"]), *wrong_with_injectors(new["inputs"], new["injectors"])]
        if wrong:
            raise RefusedError(400, inputs=wrong)
        for each in new["inputs"].get("fields", []):
            each.setdefault("type", "string")
        old = self._objects["credential_types"].get(new["id"], new)
        in_use = any(each["credential_type"] == new["id"] for each in self._objects["credentials"].values())
        if in_use and old["inputs"] != new["inputs"]:
            raise RefusedError(
                403, detail="Modifications to inputs are not allowed for credential types that are in use."
            )

    def _check_credential(self, new: Object) -> None:
        fields = self._fields(new)
        old = self._objects["credentials"].get(new["id"], {"inputs": {}})["inputs"]
        for name, value in new["inputs"].items():
            if name not in fields:
                raise RefusedError(400, inputs=[f"{name} is no input."])
            if not isinstance(value, {"string": str, "boolean": bool}[fields[name]["type"]]):
                raise RefusedError(400, inputs=[f"{name} is no {fields[name]['type']}."])
            if value == ENCRYPTED and name not in old:
                raise RefusedError(400, inputs=["$encrypted$ is a reserved keyword."])
        new["inputs"] = {n: old[n] if value == ENCRYPTED else value for n, value in new["inputs"].items()}

    def _fields(self, credential: Object) -> dict[str, Object]:
        kind = self._find("credential_types", credential["credential_type"])
        return {each["id"]: each for each in kind["inputs"]["fields"]}

    def _check_inventory_source(self, new: Object) -> None:
        if new["source"] != "scm" or new["source_project"] is None:
            raise RefusedError(400, source_project=["Project required for scm type sources."])
        # It has no such field to set, yet can be found by it.
        new["organization"] = self._find("inventories", new["inventory"])["organization"]

    def _check_node(self, new: Object) -> None:
        template = None if new["unified_job_template"] is None else self.find(new["unified_job_template"])
        if new["job_slice_count"] is not None and not (template or {}).get("ask_job_slice_count_on_launch"):
            raise RefusedError(400, job_slice_count=["Field is not configured to prompt on launch."])

    def _check_job_template(self, new: Object) -> None:
        if new["playbook"] not in self._playbooks[new["project"]]:
            raise RefusedError(400, playbook=["Playbook not found for project."])
        if new["inventory"] is None and not new["ask_inventory_on_launch"]:
            raise RefusedError(400, inventory=["You must either set a default value or ask to prompt on launch."])
        new["organization"] = self._find("projects", new["project"])["organization"]

    # --- HTTP

    def answer(
        self, method: str, path: list[str], query: Mapping[str, str], body: Any, *, limited: bool = False
    ) -> tuple[int, Any]:
        """The status and the body that answer a call.

        :param limited: whether an administrator of the organization makes it, and not of the system.
        """
        if limited:
            self._check_right(method, path, body)
        if method != "GET":
            self.writes.append(f"{method} {'/'.join(path)}")
        match method, path:
            case "GET", [collection]:
                found = self._matching(collection, query)
                return 200, self._listed(
                    [each for each in found if not limited or self._owner(each) in (None, self.organization)]
                )
            case "POST", [collection] if collection in KINDS and collection not in _MADE_ELSEWHERE:
                new = self._shown(self.create(collection, body))
                if collection == "projects":
                    update = max(self._objects["project_updates"].values(), key=lambda each: int(each["id"]))
                    new["summary_fields"] = {"current_update": {"id": update["id"]}}
                return 201, new
            case "GET", [collection, key] if "++" in key:
                return 200, self._shown(self._by_named_url(collection, key))
            case "GET", [collection, key]:
                return 200, self._shown(self._find(collection, int(key)))
            case "PATCH", [collection, key] if collection in KINDS:
                return 200, self._shown(self.change(collection, int(key), body))
            case _, [collection, key, part] if collection in KINDS:
                return self._part(method, collection, self._find(collection, int(key)), part, body)
        raise RefusedError(405 if method == "DELETE" else 404, detail="Not found.")

    def _part(self, method: str, collection: str, of: Object, part: str, body: Any) -> tuple[int, Any]:
        match method, collection, part:
            case "GET", "job_templates" | "workflow_job_templates", "survey_spec":
                return 200, self._surveys.get(of["id"], {})
            case "POST", "job_templates" | "workflow_job_templates", "survey_spec":
                if wrong := list(wrong_with_survey(body)):
                    raise RefusedError(400, error="; ".join(wrong))
                self._surveys[of["id"]] = body
                return 200, ""
            case "POST", "projects", "update":
                return 202, self._shown(self._update_project(of))
            case "POST", "workflow_job_template_nodes", "create_approval_template":
                made = self.create("workflow_approval_templates", body)
                of["unified_job_template"] = made["id"]
                return 201, self._shown(made)
        if part not in KINDS[collection].lists:
            raise RefusedError(404, detail="Not found.")
        return self._list(method, of, part, body)

    def _list(self, method: str, of: Object, part: str, body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, self._listed(self.related(of, part))
        ids = self._lists.setdefault((of["id"], part), [])
        if body.get("disassociate"):
            ids.remove(body["id"])
            return 204, None
        other = self._find(KINDS_OF[of["type"]].lists[part], body["id"])
        if part == "credentials" and other["credential_type"] in {
            each["credential_type"] for each in self.related(of, part)
        }:
            raise RefusedError(400, error="Cannot assign multiple credentials of one type.")
        if part in _LINKS and (of["id"] in {each["id"] for each in self._after(other)}):
            raise RefusedError(400, Error="Cycle detected.")
        ids.append(other["id"])
        return 204, None

    def _after(self, node: Object) -> Iterator[Object]:
        yield node
        for name in _LINKS:
            for each in self.related(node, name):
                yield from self._after(each)

    def _matching(self, collection: str, query: Mapping[str, str]) -> list[Object]:
        either = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
        every = {name: value for name, value in query.items() if not name.startswith("or__")}
        known = {"id", "organization", *(name for kind in KINDS.values() for name in kind.fields)}
        if unknown := (either.keys() | every.keys()) - known:
            raise RefusedError(400, detail=f"There is no field {unknown}.")
        return [
            each
            for each in self._held(collection).values()
            if all(str(each.get(name)) == value for name, value in every.items())
            and (not either or any(str(each.get(name)) == value for name, value in either.items()))
        ]

    def _listed(self, objects: Iterable[Object]) -> Object:
        results = [self._shown(each) for each in objects]
        return {"count": len(results), "next": None, "previous": None, "results": results}

    def _shown(self, each: Object) -> Object:
        """As the API shows it: without secrets, and with the addresses of what belongs to it."""
        shown = {**each, "summary_fields": {}, "related": {}}
        for part in ("survey_spec", "update", *KINDS_OF[each["type"]].lists):
            shown["related"][part] = f"{each['url']}{part}/"
        match each["type"]:
            case "credential_type":
                shown["managed"] = False
            case "credential":
                secret = {name for name, of in self._fields(each).items() if of.get("secret")}
                shown["inputs"] = {n: ENCRYPTED if n in secret else value for n, value in each["inputs"].items()}
            case "project":
                shown["scm_revision"] = "3f786850e387550fdab836ed7e6dc881de23001b"
            case "project_update":
                shown |= {"status": "successful", "failed": False, "finished": "2026-01-01T00:00:00Z"}
                shown["scm_revision"] = "3f786850e387550fdab836ed7e6dc881de23001b"
            case "workflow_job_template_node":
                if each["unified_job_template"] is not None:
                    shown["related"]["unified_job_template"] = self.find(each["unified_job_template"])["url"]
        return shown


KINDS_OF = {kind.type: kind for kind in KINDS.values()}
_MADE_ELSEWHERE = ("workflow_approval_templates", "project_updates")
_CHECKS: Mapping[str, Callable[[Controller, Object], None]] = {
    "credential_types": Controller._check_credential_type,
    "credentials": Controller._check_credential,
    "inventory_sources": Controller._check_inventory_source,
    "job_templates": Controller._check_job_template,
    "workflow_job_template_nodes": Controller._check_node,
}


@contextmanager
def serving(controller: Controller) -> Iterator[Controller]:
    """The API on a port of this machine, for as long as it is needed."""

    async def endpoint(request: Request) -> Response:
        limited = request.headers.get("authorization") == f"Bearer {OF_ORGANIZATION}"
        if not limited and request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"detail": "Authentication credentials were not provided."}, 401)
        said = await request.body()
        path = request.path_params["path"].strip("/").split("/")
        try:
            status, body = controller.answer(
                request.method, path, dict(request.query_params), json.loads(said) if said else {}, limited=limited
            )
        except RefusedError as refused:
            status, body = refused.status, refused.body
        root = request.url.path.partition("/v2/")[0] + "/v2"
        headers = dict(zip(("X-API-Product-Name", "X-API-Product-Version"), _PRODUCTS[root], strict=True))
        if status == 204:
            return Response(None, 204, headers)
        # A gateway puts its own path into the addresses.
        text = json.dumps(body).replace(f'"{_ROOT}/', f'"{root}/')
        return Response(text, status, headers, media_type="application/json")

    methods = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route(f"{root}/{{path:path}}", endpoint, methods=methods) for root in _PRODUCTS])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    controller.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield controller
    finally:
        server.should_exit = True
        thread.join()

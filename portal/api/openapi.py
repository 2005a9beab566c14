"""The OpenAPI 3.1 description of the JSON API, made from its operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from aiohttp import web
from pydantic.json_schema import models_json_schema

from models.operation import Body, Operation, Parameter

OPERATIONS: web.AppKey[list[Operation]] = web.AppKey("operations", list)
"""Every door appends its own while the application is put together."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What was wrong and what to do, for people"},
        "status": {"type": "integer"},
    },
}


def _models(operations: Sequence[Operation]) -> list[type[Body]]:
    used = [one for operation in operations for one in (operation.body, operation.answer) if one is not None]
    return list(dict.fromkeys(used))


def _content(model: type[Body]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.is_required or parameter.place == "path",
        "description": parameter.about,
        "schema": parameter.schema,
    }


def _refusal(status: int) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": f"Refused with status {status}", "content": problem}


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": {
            "200": {"description": "Done", "content": _content(operation.answer)},
            **{str(status): _refusal(status) for status in operation.refusals},
        },
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    if operation.is_photo:
        described["requestBody"] = {"required": True, "content": {"image/*": {}}}
    if operation.needs_staff:
        described["security"] = [{"staff": []}]
    return described


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole description as JSON data."""
    known = list(operations)
    _, schemas = models_json_schema(
        [(model, "serialization") for model in _models(known)], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in known:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mulin", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM},
            "securitySchemes": {"staff": {"type": "apiKey", "in": "cookie", "name": "mulin_staff"}},
        },
    }


async def show(request: web.Request) -> web.Response:
    """GET /api/openapi.json."""
    return web.json_response(document(request.config_dict[OPERATIONS]))

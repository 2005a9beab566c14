"""A caller of the JSON API by the names of its operations, who holds every answer against its description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.channels import webchat
from models.operation import Operation
from portal import api
from portal.api.acting import FORM_HEADER
from portal.security import form_token
from tests.portal.colleagues import Colleague
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES

KNOWN = {one.name: one for one in (*api.OPERATIONS, *webchat.OPERATIONS)}


@dataclass(frozen=True, slots=True)
class Api:
    """A caller of operations by name, who holds every answer against its description."""

    client: Client

    async def call(self, name: str, by: Colleague | None = None, /, *, body: object = None, **blanks: object) -> Any:
        """What came, as data; for a refusal its status."""
        operation = KNOWN[name]
        path = operation.path.format_map(blanks)
        query = {key: str(value) for key, value in blanks.items() if f"{{{key}}}" not in operation.path}
        cookies = by.cookies if by else COOKIES
        headers = {FORM_HEADER: form_token(by.token)} if by else {}
        async with self.client.request(
            operation.method,
            path,
            params=query,
            data=body if operation.is_photo else None,
            json=None if operation.is_photo else body,
            cookies=cookies,
            headers=headers,
        ) as response:
            return as_described(operation, response.status, response.content_type, await response.text())


def as_described(operation: Operation, status: int, kind: str, text: str) -> Any:
    """The answer as data, or the status of a refusal, once it is as the operation says."""
    if status == 200:
        assert kind == "application/json"
        operation.answer.model_validate_json(text, strict=True)
        return json.loads(text)
    assert (status in operation.refusals, kind) == (True, "application/problem+json"), (operation.name, status, text)
    assert json.loads(text)["title"].endswith("。"), text
    return status

"""Forms and numbers that make no sense are refused by every page that takes them, and nothing breaks."""

from __future__ import annotations

import pytest

from tests.portal.conftest import Client

BROKEN = (
    ("application/x-www-form-urlencoded", b"text=\xff\xfe&key=x"),
    ("application/x-www-form-urlencoded; charset=no-such", b"text=a&key=x"),
    ("multipart/form-data; boundary=x", b"--x\r\nno headers"),
    ("multipart/form-data", b"text"),
)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("path", ["/view", "/login", "/desk/1/claim"])
@pytest.mark.parametrize(("kind", "body"), BROKEN)
async def test_a_form_that_cannot_be_read_is_refused(client: Client, path: str, kind: str, body: bytes) -> None:
    async with client.post(path, data=body, headers={"Content-Type": kind}, allow_redirects=False) as response:
        assert response.status in (303, 403, 404, 422)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("path", ["/api/v1/conversation?after=", "/api/v1/desk/questions/", "/guide/", "/desk/"])
async def test_a_number_beyond_every_row_is_refused(client: Client, path: str) -> None:
    for number in ("9" * 5000, "²", "-1", "\ufeff1"):
        async with client.get(path + number, allow_redirects=False) as response:
            assert response.status in (303, 403, 404, 422)


@pytest.mark.databases("sqlite")
async def test_nothing_lies_under_an_address_with_a_nul(client: Client) -> None:
    for path in ("/?q=a%00", "/guide/a%00"):
        assert (await client.get(path)).status == 404

"""What browsers install and keep: the manifest, the service worker at the root, and pages without anybody in them."""

from __future__ import annotations

import re

import pytest

from portal import assets
from tests.portal.colleagues import lives_here
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")


async def test_the_manifest_names_the_neighbourhood_and_pictures_that_are_there(client: Client) -> None:
    html = await (await client.get("/")).text()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    response = await client.get("/manifest.webmanifest")
    told = await response.json(content_type="application/manifest+json")
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert "青禾里居委会" in told["name"]
    for path in [*(one["src"] for one in told["icons"]), *(one["url"] for one in told["shortcuts"])]:
        assert (await client.get(path)).status == 200, path


async def test_the_worker_serves_the_whole_site_under_the_strict_policy_and_is_always_asked_for_again(
    client: Client,
) -> None:
    response = await client.get("/worker.js")
    assert (response.status, response.content_type) == (200, "text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    script = assets.assets()["worker.js"].plain.decode()
    assert re.findall(r'fetch\(path, \{ credentials: "(\w+)"', script) == ["omit"], "pages are kept as guests see them"


async def test_without_cookies_no_page_that_is_kept_says_who_was_signed_in(client: Client) -> None:
    await lives_here(client, "王秀英")
    for path in ("/", "/guide", "/guide/id-card-first", "/category/household-id", "/duties", "/help", "/offline"):
        html = await (await client.get(path)).text()
        assert "王秀英" not in html
        assert 'name="form_token"' not in html, path

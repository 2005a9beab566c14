"""A browser without scripts: opens pages, fills in the forms it finds there, and knows nothing that no page says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp

from tests.reliability.storm import until

EMPTY_INPUTS = ("submit", "button", "search")
HEARD_SECONDS = 60


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and its fields as they stand."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects the forms of a page with what would be sent if nothing was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._list: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.found.append(self._open)
        elif self._open is not None and tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._area = (given.get("name", ""), [])
        elif tag == "select":
            self._list = (given.get("name", ""), [])
        elif tag == "option" and self._list is not None:
            self._list[1].append((given.get("value", ""), "selected" in given))

    def _input(self, given: dict[str, str]) -> None:
        assert self._open is not None
        kind, name = given.get("type", "text"), given.get("name", "")
        is_off = kind in ("checkbox", "radio") and "checked" not in given
        if name and kind not in EMPTY_INPUTS and not is_off:
            self._open.fields.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._area is not None:
            self._keep(self._area[0], "".join(self._area[1]).removeprefix("\n"))
            self._area = None
        elif tag == "select" and self._list is not None:
            chosen = [value for value, is_chosen in self._list[1] if is_chosen]
            self._keep(self._list[0], next(iter(chosen or [value for value, _ in self._list[1]]), ""))
            self._list = None

    def _keep(self, name: str, value: str) -> None:
        if self._open is not None and name:
            self._open.fields.append((name, value))


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: the path it led to, its HTML, its forms."""

    path: str
    status: int
    html: str
    forms: tuple[Form, ...]

    def form(self, action_end: str) -> Form:
        """The form that goes there; the test fails where the page has none."""
        found = [form for form in self.forms if form.action.partition("?")[0].endswith(action_end)]
        assert found, f"{self.path} ({self.status}) has no form to {action_end}, but {[f.action for f in self.forms]}"
        return found[0]

    def offers(self, action_end: str) -> bool:
        """Whether somebody who looks at the page could do that."""
        return any(form.action.partition("?")[0].endswith(action_end) for form in self.forms)


@dataclass(frozen=True, slots=True)
class Line:
    """The newest line of a conversation."""

    author: str
    text: str
    outcome: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Browser:
    """One person's browser with its own cookies."""

    session: aiohttp.ClientSession
    url: str

    async def open(self, path: str) -> Page:
        """Open a page."""
        async with self.session.get(self.url + path) as response:
            return await _page(response)

    async def send(self, page: Page, action_end: str, **typed: str) -> Page:
        """Fill in a form of a page, send it, and follow where it leads."""
        form = page.form(action_end)
        kept = [(name, value) for name, value in form.fields if name not in typed]
        data = aiohttp.FormData([*kept, *typed.items()])
        async with self.session.post(self.url + form.action, data=data, headers={"Origin": self.url}) as response:
            return await _page(response)

    async def sign_in(self, username: str, password: str) -> Page:
        """Sign in as staff."""
        return await self.send(await self.open("/login"), "/login", username=username, password=password)

    async def say(self, text: str) -> Line:
        """Write in the chat and read what came back."""
        async with self.heard():
            await self.send(await self.open("/chat"), "/chat", text=text)
        return await self.newest()

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """What is written in the block has been heard at its end: the form waits five seconds for that and then leads
        back without, which a busy machine needs longer for. One's own line and what answers it are there together."""
        before = max((line["id"] for line in await self._lines()), default=0)
        yield
        await until(lambda: self._is_heard(before), seconds=HEARD_SECONDS)

    async def _is_heard(self, before: int) -> bool:
        return any(line["author"] == "resident" for line in await self._lines(after=before))

    async def newest(self) -> Line:
        """The newest line of this browser's conversation."""
        said = (await self._lines())[-1]
        return Line(said["author"], said["text"], said["outcome"], tuple(path for _, path in said["links"]))

    async def _lines(self, after: int = 0) -> list[dict[str, Any]]:
        async with self.session.get(f"{self.url}/api/v1/conversation", params={"after": after}) as response:
            return (await response.json())["lines"]


async def _page(response: aiohttp.ClientResponse) -> Page:
    html, forms = await response.text(), _Forms()
    forms.feed(html)
    return Page(response.url.path, response.status, html, tuple(forms.found))


@asynccontextmanager
async def browser(url: str) -> AsyncIterator[Browser]:
    """A fresh browser."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(session, url)

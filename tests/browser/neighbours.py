"""Neighbours before a browser: somebody with a role who is signed in, living in a home of 3号楼 or anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import clock
from models.contact import Contact
from models.home import Home
from models.household import Relation
from models.person import Person, Role, RoleName, WebSession
from people import login, places, residences, residents
from people.viewers import SYSTEM
from people.visitors import COOKIE, address_of, new_token
from portal.session import STAFF_COOKIE
from tests.browser.conftest import DESKTOP, PHONE, Site

if TYPE_CHECKING:
    from playwright.async_api import Page


async def somebody(
    site: Site, name: str, *, role: RoleName = RoleName.RESIDENT, label: str = "", with_scripts: bool = True
) -> Page:
    """A tab of somebody signed in, on a phone; with a label they live in that home."""
    return await _signed_in(site, name, role=role, label=label, size=PHONE, with_scripts=with_scripts)


async def at_a_desk(site: Site, name: str, *, role: RoleName) -> Page:
    """A tab of somebody signed in, on a wide screen."""
    return await _signed_in(site, name, role=role, label="", size=DESKTOP, with_scripts=True)


async def _signed_in(
    site: Site, name: str, *, role: RoleName, label: str, size: tuple[int, int], with_scripts: bool
) -> Page:
    now, place_id = clock.now(), places.home_place_id()
    person = await Person.create(created_at=now, place_id=place_id, name=name, shown_name=name)
    await Role.create(created_at=now, person=person, place_id=place_id, name=role)
    if label:
        lives = await Home.get(place_id=place_id, label=label)
        await residences.move_in(person.id, lives.id, by=SYSTEM, relation=Relation.OWNER)
    cookies = {STAFF_COOKIE: await login.new_session(person_id=person.id, data={})}
    context = await site.visitor(size, cookies=cookies, with_scripts=with_scripts)
    return await context.new_page()


async def opens_chat(site: Site, page: Page, name: str) -> None:
    """The chat in somebody's browser, which is known to be theirs."""
    token = new_token()
    where = await residents.at(channel="web", address=address_of(token) or "", place_id=places.home_place_id())
    person = await Person.get(name=name)
    await Contact.filter(id=where.contact_id).update(person_id=person.id)
    await WebSession.filter(person_id=person.id).update(contact_id=where.contact_id)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])
    await page.goto("/chat")


async def writes(page: Page, words: str) -> None:
    """Write in the chat."""
    await page.fill("#text", words)
    await page.get_by_role("button", name="发送", exact=True).click()


async def picks(page: Page, words: str) -> None:
    """Press an answer that the chat offers now."""
    await page.locator("form.choices button", has_text=words).last.click()


async def says(page: Page, words: str) -> bool:
    """Whether words stand in the main part of a page."""
    return words in await page.locator("main").inner_text()


async def press(page: Page, words: str) -> None:
    """Press the button, or follow the link, that says so."""
    await page.locator("main").locator("button:visible, a:visible", has_text=words).first.click()


async def reads(page: Page, words: str) -> None:
    """Wait until the page says so."""
    from playwright.async_api import expect

    await expect(page.locator("main")).to_contain_text(words)

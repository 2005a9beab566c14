"""The menu: categories, then a category's items, then the answer; digits alone reach any item in three steps."""

from __future__ import annotations

from dataclasses import replace

from bot import offers
from bot.memory import Memory, Offer, OfferKind, without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import guide
from casework.guide import Category
from models.wording import say
from nlp.intent import Intent

PAGE = 12
"""Lines on one page; a longer category has two pages, however long, so that three digits always suffice."""


async def take(scene: Scene) -> Reply | None:
    """菜单: the categories, or the items of the one that was picked."""
    picked = scene.chosen
    if picked is not None and picked.kind in (OfferKind.CATEGORY, OfferKind.PAGE):
        return await _items(scene, slug=picked.value, page=picked.page)
    return await _categories(scene) if scene.heard.intent is Intent.MENU else None


async def _categories(scene: Scene) -> Reply:
    shown = await guide.categories(viewer=scene.viewer, place_id=scene.place_id)
    lines = tuple(Offer(one.name, OfferKind.CATEGORY, one.slug, 1) for one in shown)
    key = "menu.categories" if lines else "menu.empty"
    own = (offers.account(),) if scene.viewer.person_id is not None else ()
    return reply(scene, Outcome.MENU, say(key), offers=(*lines, *own, offers.person()), memory=_cleared(scene))


async def _items(scene: Scene, *, slug: str, page: int) -> Reply:
    shown = await guide.categories(viewer=scene.viewer, place_id=scene.place_id)
    category = next((one for one in shown if one.slug == slug), None)
    if category is None:
        return await _categories(scene)
    pages = 1 if len(category.entries) <= PAGE else 2
    text = say("menu.items", name=category.name, page=page, pages=pages)
    return reply(scene, Outcome.MENU, text, offers=_lines(category, page, pages), memory=_cleared(scene))


def _lines(category: Category, page: int, pages: int) -> tuple[Offer, ...]:
    """One page of items, then the ways on and back."""
    length = -(-len(category.entries) // pages)
    entries = category.entries[(page - 1) * length : page * length]
    lines = [Offer(one.content.title, OfferKind.ENTRY, one.key) for one in entries]
    if page < pages:
        lines.append(Offer(say("choice.next_page"), OfferKind.PAGE, category.slug, page + 1))
    if page > 1:
        lines.append(Offer(say("choice.previous_page"), OfferKind.PAGE, category.slug, page - 1))
    return (*lines, Offer(say("choice.all_categories"), OfferKind.PAGE))


def _cleared(scene: Scene) -> Memory:
    """Who looks at the menu has left the topic."""
    return replace(without_report(scene.memory), question="", entry="", asking=0, candidates=())

"""Who hears of an item: whose turn it is, whose agreement is asked, and who waited for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from courier.letters import Letter, Link
from forum.items.goods import spot_name
from forum.items.sight import Offered, Standing
from models import clock
from models.errors import NotFound
from models.transaction import execute
from models.wording import say, say_moment
from people import shown
from people.telling import tell_resident
from people.viewers import SYSTEM


async def name_of(person_id: int, place_id: int) -> str:
    """Somebody as neighbours see them: building and chosen name, never a door."""
    try:
        found = (await shown.shown([person_id], viewer=SYSTEM, place_id=place_id)).get(person_id)
    except NotFound:
        return say("privacy.gone")
    return neighbourly(found.building, found.name) if found else say("privacy.gone")


def neighbourly(building: str, name: str) -> str:
    """The words of somebody without the real name, whoever reads it."""
    return name if building and name.startswith(building) else f"{building} {name}".strip()


async def tell(item: Offered, person_id: int, key: str, /, **facts: object) -> None:
    """Tell somebody of an item in every chat of theirs."""
    link = Link(say("item.tell.link"), f"/items/{item.post.id}")
    letter = Letter(say(f"item.tell.{key}", title=item.post.title, **facts), links=(link,))
    await tell_resident(letter, person_id=person_id, kind=f"item.{key}")


async def tell_turns(item: Offered, *, but: int | None = None) -> None:
    """Tell those whose turn it has become, and the giver who they are; once each, however often it is asked. ``but``
    reads it in the answer to what they did."""
    for one in item.firsts:
        if one.is_told:
            continue
        told = await execute(
            "UPDATE reservation SET told_at=$1 WHERE id=$2 AND told_at IS NULL AND state='waiting'", clock.now(), one.id
        )
        if told != 1:
            continue
        if one.person_id != but:
            await tell(item, one.person_id, "your_turn")
        who = await name_of(one.person_id, item.post.place_id)
        await tell(item, item.post.author_id, "wanted", who=who)


async def tell_over(item: Offered, gone: Iterable[Standing], key: str) -> None:
    """Tell those who waited that there is nothing left, or that it was withdrawn."""
    for one in gone:
        await tell(item, one.person_id, key)


def when_and_where(one: Standing) -> str:
    """An appointment in words."""
    return say("item.meet_words", at=say_moment(one.meet_at), spot=spot_name(one.spot)) if one.meet_at else ""

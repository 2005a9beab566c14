"""Two invented neighbourhoods and a piece of the real pack, for tests of pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.channels import webchat
from casework import conversations, guide
from casework.conversations import Talk
from casework.packs import Pack, import_packs
from courier import limits, notices
from courier.letters import Letter
from models import clock
from models.conversation import Author
from models.entry_content import EntryContent
from models.place import Level, Place
from models.sealed import use_secrets
from models.transaction import transaction
from people import places, residents
from people.viewers import SYSTEM
from people.visitors import COOKIE, address_of
from portal import routes
from portal.api import openapi
from portal.chatter import chatter
from portal.pages.chat import show_again
from tests.shipped import pack_at

PACKS = Path(__file__).parent.parent.parent / "community" / "packs"
TOKEN = "t" * 43
COOKIES = {COOKIE: TOKEN}


def piece_of_pack(name: str = "household-id", *, most: int = 4) -> Pack:
    """The first entries of a real pack file; few, so that a test's index is built at once."""
    pack = pack_at(PACKS / f"{name}.yaml")
    return Pack(pack.category, pack.slug, pack.entries[:most])


def changed(pack: Pack, **changes: object) -> Pack:
    """The pack with fields of its first entry replaced."""
    first = EntryContent.model_validate({**pack.entries[0].model_dump(), **changes})
    return Pack(pack.category, pack.slug, (first, *pack.entries[1:]))


async def settle(packs: Iterable[Pack]) -> None:
    """青禾里, its neighbour 柳岸, and the packs, published."""
    use_secrets("a secret for tests only")
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    for slug, name in (("demo", "青禾里居委会"), ("other", "柳岸居委会")):
        await Place.create(
            created_at=clock.now(),
            slug=slug,
            name=name,
            level=Level.NEIGHBOURHOOD,
            address="虚构市青禾路1号（示例地址）",
            hours="周一至周五 8:30-11:30，13:00-17:00",
            phone="021-00001234",
        )
    await places.settle_home("demo")
    await import_packs(packs, by=SYSTEM, publish=True)
    guide.forget()
    await guide.refresh_if_changed()


def portal_app() -> web.Application:
    """The web door, with the bot's web channel behind its form."""
    app = web.Application()
    routes.setup(app)
    app[openapi.OPERATIONS].extend(webchat.OPERATIONS)
    app.add_routes(webchat.routes(chatter, again=show_again))
    return app


@dataclass(frozen=True, slots=True)
class Chat:
    """A web conversation as the bot would write it."""

    talk: Talk

    async def resident(self, text: str) -> None:
        """The resident writes."""
        async with transaction():
            await conversations.hear(self.talk, masked=text, original=text)

    async def bot(self, letter: Letter) -> None:
        """The bot answers."""
        await self._say(letter, Author.BOT)

    async def staff(self, letter: Letter) -> None:
        """The committee answers."""
        await self._say(letter, Author.STAFF)

    async def _say(self, letter: Letter, author: Author) -> None:
        async with transaction():
            await notices.say(
                letter,
                conversation_id=self.talk.conversation_id,
                channel=self.talk.channel,
                address=self.talk.address,
                kind="answer",
                author=author,
            )


async def chat(token: str = TOKEN) -> Chat:
    """The conversation of the browser that holds ``token``."""
    address = address_of(token)
    assert address is not None
    where = await residents.at(channel="web", address=address, place_id=places.home_place_id())
    return Chat(await conversations.open_at(where))

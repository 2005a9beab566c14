"""The console: somebody types, the answers are printed; everything is stored as on any other channel."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from bot import incoming as messages
from bot import worker
from bot.incoming import Incoming
from bot.rendering import plain
from casework import conversations
from casework.conversations import Line
from courier.letters import Letter, Link
from models.conversation import Author
from people import residents
from people.viewers import Viewer

NAME = "console"


class Console:
    """One resident at a terminal; ``address`` tells terminals apart."""

    def __init__(self, *, address: str, place_id: int, site: str = "") -> None:
        self.address = address
        self.place_id = place_id
        self.site = site
        self._seen = 0

    async def type(self, text: str) -> None:
        """Take a typed line and answer it."""
        message = Incoming(NAME, self.address, self.place_id, text, key=f"{self.address}:{uuid4().hex}")
        received = await messages.receive(message)
        await worker.work_lane(message.lane, message_id=received.id)

    async def arrived(self) -> list[str]:
        """What was said to this resident since the last look, as plain text."""
        conversation_id = await conversations.conversation_of(channel=NAME, address=self.address)
        if conversation_id is None:
            return []
        lines = await conversations.lines(conversation_id, viewer=await self._viewer(), after=self._seen)
        self._seen = max([self._seen, *(line.id for line in lines)])
        return self._plain(line for line in lines if line.author is not Author.RESIDENT)

    async def missed(self) -> list[str]:
        """On coming back: what staff wrote since this resident last did; what is older is not shown again."""
        conversation_id = await conversations.conversation_of(channel=NAME, address=self.address)
        if conversation_id is None:
            return []
        lines = await conversations.lines(conversation_id, viewer=await self._viewer())
        self._seen = max([self._seen, *(line.id for line in lines)])
        spoke = max((line.id for line in lines if line.author is Author.RESIDENT), default=0)
        return self._plain(line for line in lines if line.author is Author.STAFF and line.id > spoke)

    def _plain(self, lines: Iterable[Line]) -> list[str]:
        return [plain(Letter(one.text, one.choices, _links(one.links)), site=self.site) for one in lines]

    async def _viewer(self) -> Viewer:
        return await residents.viewer_at(await residents.at(channel=NAME, address=self.address, place_id=self.place_id))


def _links(pairs: tuple[tuple[str, str], ...]) -> tuple[Link, ...]:
    return tuple(Link(text, path) for text, path in pairs)

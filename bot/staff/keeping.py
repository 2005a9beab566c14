"""Keeps every topic of the staff groups at what its question says: one card, edited, however much happens at once."""

from __future__ import annotations

import asyncio
import time

import structlog

from bot.staff import cards
from bot.staff.board import (
    Board,
    BoardBusy,
    BoardError,
    CardGone,
    CardRefused,
    Face,
    GroupGone,
    GroupMoved,
    TopicGone,
)
from casework import topic_photos, topics
from casework.topics import Card, Standing
from courier import signals
from models.wording import say
from people import groups
from people.groups import Room
from people.viewers import SYSTEM

LOOK_SECONDS, GATHER_SECONDS = 2.0, 0.5
"""How often to look without being woken; and what is waited, once woken, for what comes together to have come."""
ROUND_SECONDS, REFUSED_SECONDS, THOROUGH_SECONDS = 30.0, 600.0, 60.0
"""How long a round goes on; how long a card rests that the chat system will not have; how often also those questions
are looked at that ended and whose topics are closed."""
_log = structlog.get_logger(__name__)


async def run(stop: asyncio.Event, *, board: Board) -> None:
    """Keep them until ``stop``."""
    keeper = Keeper(board)
    while not stop.is_set():
        rooms = await groups.staff_rooms()
        async with signals.listening(*(signals.desk_topic(room.place_id) for room in rooms)) as listener:
            for room in rooms:
                await keeper.keep(room)
            if await listener.wait(seconds=LOOK_SECONDS):
                await asyncio.sleep(GATHER_SECONDS)


class Keeper:
    """Brings groups up to date, and lets one rest that asked for it."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._rests_until: dict[int, float] = {}
        self._refused_until: dict[tuple[int, int], float] = {}
        self._all_well_until: dict[int, float] = {}

    async def keep(self, room: Room) -> None:
        """One group, unless it rests or another process has it in hand."""
        if self._rests_until.get(room.id, 0.0) > time.monotonic() or not await self._stale(room):
            return
        owner = await topics.hold(room)
        if owner is None:
            return
        try:
            await self._round(room, owner)
        except BoardError as error:
            await self._settle(room, error)
        finally:
            await topics.let_go(room, owner)

    async def _stale(self, room: Room) -> list[Standing]:
        """What must be brought up to date, but for cards that were refused as they are now."""
        now = time.monotonic()
        is_thorough = self._all_well_until.get(room.id, 0.0) <= now
        found = await topics.stale(room.id, place_id=room.place_id, viewer=SYSTEM, is_thorough=is_thorough)
        self._refused_until = {card: until for card, until in self._refused_until.items() if until > now}
        due = [one for one in found if (one.question_id, one.wanted) not in self._refused_until]
        if is_thorough and not due:
            self._all_well_until[room.id] = now + THOROUGH_SECONDS
        return due

    async def _round(self, room: Room, owner: str) -> None:
        end = time.monotonic() + ROUND_SECONDS
        for standing in await self._stale(room):
            if time.monotonic() > end or not await topics.hold_on(room, owner):
                return
            await self._bring(room, standing)

    async def _settle(self, room: Room, error: BoardError) -> None:
        """What ended the round."""
        _log.info("staff_group_waits", group=room.id, problem=str(error)[:100])
        match error:
            case GroupMoved(new=new):
                await groups.migrate(room.address, new)
            case GroupGone():
                await groups.leave(room.address)
            case BoardBusy(seconds=seconds):
                self._rests_until[room.id] = time.monotonic() + seconds
            case _:
                raise error

    async def _bring(self, room: Room, standing: Standing) -> None:
        """One question: what somebody deleted is made anew in the next round; what is refused holds up no other."""
        card = await topics.card(standing.question_id, viewer=SYSTEM)
        try:
            await self._topic(room, standing, card)
        except TopicGone:
            await topics.lost_thread(standing)
            signals.publish(signals.desk_topic(room.place_id))
        except CardGone:
            await topics.lost_card(standing)
            signals.publish(signals.desk_topic(room.place_id))
        except CardRefused as error:
            _log.warning("staff_card_refused", question=standing.question_id, problem=str(error)[:100])
            self._refused_until[standing.question_id, standing.wanted] = time.monotonic() + REFUSED_SECONDS

    async def _topic(self, room: Room, standing: Standing, card: Card) -> None:
        thread, is_new = standing.thread_id, standing.thread_id is None
        if thread is None:
            if not card.is_open:
                return await topics.never_mind(standing)
            thread = await self._board.open(room.address, title=cards.title(card))
            await topics.opened(room, standing, thread_id=thread)
        if standing.is_closed and card.is_open and not is_new:
            await self._board.close(room.address, thread=thread, is_closed=False)
            await topics.closed(standing, is_closed=False)
        await self._card(room, standing, card, thread=thread, is_new=is_new)
        await self._photos(room, standing, card, thread=thread)
        if not card.is_open and (is_new or not standing.is_closed):
            await self._board.close(room.address, thread=thread, is_closed=True)
            await topics.closed(standing, is_closed=True)
        return None

    async def _photos(self, room: Room, standing: Standing, card: Card, *, thread: int) -> None:
        for photo in await topic_photos.missing(standing.question_id, viewer=SYSTEM) if card.is_open else ():
            shown = await self._board.show(room.address, photo.opened.path, thread=thread) if photo.opened else 0
            await topic_photos.stands(standing.question_id, file_id=photo.file_id, message_id=shown)
        for message in await topic_photos.left_over(standing.question_id):
            await self._take_away(room, message)
            await topic_photos.taken_away(standing.question_id, message_id=message)

    async def _take_away(self, room: Room, message: int) -> None:
        """One that cannot be deleted any more is somebody's to delete by hand."""
        try:
            if message:
                await self._board.take_away(room.address, message=message)
        except (CardGone, CardRefused) as error:
            _log.warning("staff_photo_not_deleted", group=room.id, problem=str(error)[:100])

    async def _card(self, room: Room, standing: Standing, card: Card, *, thread: int, is_new: bool) -> None:
        face = cards.face(card, site=self._board.site)
        has_news = card.person_speaks and standing.line_id > standing.heard_id
        if standing.card_id is None or is_new:
            card_id = await self._board.post(room.address, face, thread=thread)
            return await topics.carded(standing, card_id=card_id)
        if standing.shown != standing.wanted or has_news:
            await self._board.edit(room.address, face, message=standing.card_id)
        if has_news:
            more = Face(say("group.card.more"))
            await self._board.post(room.address, more, thread=thread, reply_to=standing.card_id)
        return await topics.carded(standing, card_id=standing.card_id)

"""Messages to groups of Telegram and to topics of them, below what they answer; a group that moved is followed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from telegram import ReplyParameters
from telegram.error import BadRequest, ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.channels import Begin, NotSent, Refused, Result, Sent
from bot.channels.telegram import me
from bot.channels.telegram.outcomes import NO_TOPIC, is_closed_to_us, known, says
from bot.channels.telegram.pace import Pace, turn
from bot.channels.telegram.sending import NO_PREVIEW, heed
from bot.rendering import plain
from courier.letters import PRIVATE, Letter, Link
from courier.outbox import Outbound
from models.wording import say
from people import groups


@dataclass(slots=True)
class TelegramGroups:
    """Pushes messages to groups; an address is a group's id, or that and a topic's (``-100123/7``)."""

    bot: ExtBot[None]
    site: str = ""
    name: str = groups.CHANNEL
    pace: Pace = field(default_factory=Pace)

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message when its turn has come; what the Bot API answers decides what is known of it."""
        chat, _, thread = message.address.partition("/")
        if not await me.name(self.bot):
            return NotSent("own name not known yet")
        if (wait_ms := self.pace.rest_ms(chat)) or not await turn(chat, seconds=0.5):
            return NotSent("waiting for its turn", wait_ms=wait_ms or 1_000, is_try=False)
        if not await begin():
            return NotSent("the message is somebody else's now")
        try:
            return await self._sent(message.letter, int(chat), int(thread or 0), maybe_repeated=maybe_repeated)
        except TelegramError as error:
            return await self._judge(error, chat)

    async def _sent(self, letter: Letter, chat: int, thread: int, *, maybe_repeated: bool) -> Sent:
        words = plain(opened(replace(letter, choices=()), name=me.me().name), site=self.site)
        text = f"{say('channel.repeated')}{words}" if maybe_repeated else words
        try:
            sent = await self._post(chat, text, thread=thread, reply_to=letter.reply_to)
        except BadRequest as error:
            if not thread or not says(error, NO_TOPIC):
                raise
            sent = await self._post(chat, text, thread=0, reply_to=letter.reply_to)
        return Sent(receipt=str(sent))

    async def _post(self, chat: int, text: str, *, thread: int, reply_to: str) -> int:
        below = ReplyParameters(int(reply_to), allow_sending_without_reply=True) if reply_to else None
        sent = await self.bot.send_message(
            chat,
            text,
            message_thread_id=thread or None,
            reply_parameters=below,
            link_preview_options=NO_PREVIEW,
        )
        return sent.message_id

    async def _judge(self, error: TelegramError, chat: str) -> Result:
        heed(error, self.pace, chat=chat)
        if isinstance(error, ChatMigrated):
            await groups.migrate(chat, str(error.new_chat_id))
            return NotSent("the group moved", wait_ms=0, is_try=False)
        if is_closed_to_us(error):
            await groups.leave(chat)
            return Refused(error.message[:150])
        return known(error)


def opened(letter: Letter, *, name: str) -> Letter:
    """A letter in which the way into one's own chat is a link to the bot of that name."""
    return replace(letter, links=tuple(_opened(link, name) for link in letter.links))


def _opened(link: Link, name: str) -> Link:
    if not link.path.startswith(PRIVATE):
        return link
    return Link(link.text, f"https://t.me/{name}?start={link.path.removeprefix(PRIVATE)}")

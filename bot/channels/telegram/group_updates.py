"""What an update of a group means to us: words said to the bot, a press, a group that moved, or nothing.

Of everything else said in a group nothing is taken: it is not even looked at twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus

from bot.channels.telegram.me import Me, NotKnownYet
from bot.groups.words import GroupWord

_IN = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER, ChatMemberStatus.RESTRICTED)
_NAMING = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION, MessageEntity.BOT_COMMAND)
BIND = "/bind"


@dataclass(frozen=True, slots=True)
class InGroup:
    """Something said or pressed in a group; ``is_meant`` where it is said to the bot, ``press`` is to be answered."""

    word: GroupWord
    key: str
    is_meant: bool
    press: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A group goes by another id from now on."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was put into a group, or taken out of it."""

    address: str
    title: str
    is_in: bool


def said(message: Message, update: Update, me: Me) -> InGroup | Moved | None:
    """A message of a group."""
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Moved(str(message.migrate_from_chat_id), str(message.chat.id))
    user, text = message.from_user, message.text or message.caption or ""
    if user is None or user.is_bot or message.sender_chat is not None or not text:
        return None
    is_meant, words = _addressed(message, text, me)
    word = _word(message, user, words, me=me, is_edit=update.edited_message is not None)
    return InGroup(word, _key(message, update), is_meant or word.is_to_bot)


def _key(message: Message, update: Update) -> str:
    if update.edited_message is None:
        return f"update:{update.update_id}"
    return f"edit:{message.chat.id}:{message.message_id}:{int((message.edit_date or message.date).timestamp())}"[:120]


def _word(message: Message, user: User, text: str, *, me: Me, is_edit: bool) -> GroupWord:
    about = message.reply_to_message
    if about is not None and about.forum_topic_created is not None:
        about = None  # Every message of a topic is, to the Bot API, a reply to the topic's beginning.
    return GroupWord(
        chat=str(message.chat.id),
        thread=(message.message_thread_id or 0) if message.is_topic_message else 0,
        message=message.message_id,
        user=str(user.id),
        text=text,
        about=about.message_id if about else 0,
        about_text=str(about.text or about.caption or "") if about and not _is_ours(about, me) else "",
        is_to_bot=about is not None and _is_ours(about, me),
        is_edit=is_edit,
        title=str(message.chat.title or ""),
        has_topics=bool(message.chat.is_forum),
    )


def _is_ours(message: Message, me: Me) -> bool:
    return message.from_user is not None and message.from_user.id == me.id


def _addressed(message: Message, text: str, me: Me) -> tuple[bool, str]:
    """Whether the bot is named, and the words without its name."""
    entities = message.parse_entities([*_NAMING]) if message.text else message.parse_caption_entities([*_NAMING])
    if entities and not me.name:
        raise NotKnownYet
    ours = [name for entity, name in entities.items() if _names(entity, name, me)]
    words = text
    for name in ours:
        words = words.replace(name, name.partition("@")[0] if name.startswith("/") else " ", 1)
    return bool(ours), " ".join(words.split())


def _names(entity: MessageEntity, name: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    command, _, at = name.partition("@")
    if entity.type == MessageEntity.BOT_COMMAND and not at:
        return command.lower() == BIND
    return at.lower() == me.name.lower()


def pressed(query: CallbackQuery, message: Message) -> InGroup:
    """A button of ours in a group."""
    word = GroupWord(
        chat=str(message.chat.id),
        thread=(message.message_thread_id or 0) if message.is_topic_message else 0,
        message=message.message_id,
        user=str(query.from_user.id),
        press=query.data or "",
    )
    key = f"press:{word.chat}:{word.message}:{word.user}:{word.press}"
    return InGroup(word, key[:120], is_meant=True, press=query.id)


def membership(change: ChatMemberUpdated) -> Membership | None:
    """The bot came or went; None where only its rights changed."""
    before, after = change.old_chat_member.status in _IN, change.new_chat_member.status in _IN
    if before == after:
        return None
    return Membership(str(change.chat.id), str(change.chat.title or ""), is_in=after)

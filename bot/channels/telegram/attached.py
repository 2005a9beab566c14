"""What comes with a message of Telegram: photos and voice to be fetched, places and contacts as words."""

from __future__ import annotations

import json

from telegram import Message

from bot.incoming import Attached
from models.file import FileKind
from models.wording import say

MOST_NAME = 60


def attached(message: Message) -> tuple[Attached, ...]:
    """The photo (its largest form), a picture sent as a file, or the voice message."""
    if message.photo:
        best = max(message.photo, key=lambda one: one.width * one.height)
        return (Attached(FileKind.PHOTO, _source(best.file_id, best.file_size)),)
    document = message.document
    if document is not None and (document.mime_type or "").startswith("image/"):
        return (Attached(FileKind.PHOTO, _source(document.file_id, document.file_size)),)
    sound = message.voice or message.audio
    return (Attached(FileKind.VOICE, _source(sound.file_id, sound.file_size)),) if sound is not None else ()


def _source(file_id: str, size: int | None) -> str:
    return json.dumps([file_id, size or 0])


def source_of(text: str) -> tuple[str, int]:
    """The file's id and its size in bytes, 0 where Telegram did not say."""
    file_id, size = json.loads(text)
    return str(file_id), int(size)


def where(message: Message) -> str:
    """A place as words, with nothing in it to be pressed; '' where none was sent."""
    if message.location is None:
        return ""
    at = f"{message.location.latitude:.5f}, {message.location.longitude:.5f}"
    name = f"{message.venue.title} {message.venue.address}".strip() if message.venue else ""
    return say("attachment.location", name=name[:MOST_NAME], at=at)


def whom(message: Message) -> str:
    """Somebody's name and number as words; '' where none was sent."""
    contact = message.contact
    if contact is None:
        return ""
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return say("attachment.contact", name=name[:MOST_NAME], phone=contact.phone_number)

"""What one push of WeChat means to us, whatever its form: XML or JSON, plain or encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

import xmltodict

from bot.incoming import Attached
from models.file import FileKind
from models.wording import say

MOST_BYTES = 64 * 1024
"""More is no push; a body of nested tags costs far more to read than it weighs."""
_KINDS = {
    "image": "photo",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "file": "document",
}
_FILES = {"image": FileKind.PHOTO, "voice": FileKind.VOICE}
MOST_LABEL, MOST_ID, MOST_ADDRESS = 120, 200, 100
_SCENE = "qrscene_"
_ASKED = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}
"""Events that tell what somebody said to a notice, and the field that holds it."""


class UnreadableError(ValueError):
    """A body that is no push."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a follower; ``key`` makes a repeat known, ``is_message`` that it opens the long window."""

    address: str
    account: str
    text: str
    key: str
    is_message: bool = True
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody follows the account no more."""

    address: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody answered whether they want one notice, by template: True where they do."""

    address: str
    templates: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing for us."""


Meant = Said | Left | Agreed | Nothing


def is_json(body: bytes) -> bool:
    """Whether a body is meant as JSON."""
    return body.lstrip()[:1] == b"{"


def decode(body: bytes) -> Mapping[str, object]:
    """The fields of a body; UnreadableError where it is none, too long, or holds entities."""
    if len(body) > MOST_BYTES:
        raise UnreadableError("too long")
    try:
        content = json.loads(body) if is_json(body) else xmltodict.parse(body, disable_entities=True)
    except (ValueError, ExpatError, RecursionError, UnicodeError) as error:
        raise UnreadableError(type(error).__name__) from error
    fields = content.get("xml", content) if isinstance(content, dict) else None
    if not isinstance(fields, dict):
        raise UnreadableError("no fields")
    return fields


def read(fields: Mapping[str, object]) -> Meant:
    """The meaning of a push."""
    address, kind = _text(fields, "FromUserName"), _text(fields, "MsgType")
    if not address or len(address) > MOST_ADDRESS or not f"{address}{_key(fields, address)}".isprintable():
        raise UnreadableError("no sender")
    if kind == "event":
        return _event(fields, address)
    text = _words(fields, kind)
    if not text:
        return Nothing()
    is_press = bool(_text(fields, "bizmsgmenuid"))
    account, came = _text(fields, "ToUserName"), _attached(fields, kind)
    return Said(address, account, text, key=_key(fields, address), is_message=not is_press, attached=came)


def _words(fields: Mapping[str, object], kind: str) -> str:
    """What was written, or said where the platform wrote it down, or where a place is; else what came."""
    if kind == "text":
        return _text(fields, "Content")
    if kind == "voice" and (heard := _text(fields, "Recognition").strip()):
        return heard
    return _place(fields) if kind == "location" else _unread_kind(kind)


def _place(fields: Mapping[str, object]) -> str:
    try:
        at = f"{float(_text(fields, 'Location_X')):.5f}, {float(_text(fields, 'Location_Y')):.5f}"
    except ValueError:
        return _unread_kind("location")
    return say("attachment.location", name=_text(fields, "Label")[:MOST_LABEL], at=at)


def _attached(fields: Mapping[str, object], kind: str) -> tuple[Attached, ...]:
    """The photo or voice message, by the id under which the platform keeps it for three days."""
    media_id = _text(fields, "MediaId")
    if kind not in _FILES or not media_id or len(media_id) > MOST_ID:
        return ()
    return (Attached(_FILES[kind], media_id),)


def _event(fields: Mapping[str, object], address: str) -> Meant:
    event, key = _text(fields, "Event").lower(), _text(fields, "EventKey")
    if event == "unsubscribe":
        return Left(address)
    if event in _ASKED:
        return Agreed(address, _templates(fields.get(_ASKED[event])))
    words = {"subscribe": _start(key.removeprefix(_SCENE)), "scan": _start(key), "click": key}.get(event, "")
    if not words:
        return Nothing()
    return Said(address, _text(fields, "ToUserName"), words, key=_key(fields, address), is_message=False)


def _templates(content: object) -> dict[str, bool]:
    """What was said to each template; the list is one item, several, or (in JSON) the content itself."""
    listed = content.get("List", content) if isinstance(content, dict) else content
    items = listed if isinstance(listed, list) else [listed]
    found = [one for one in items if isinstance(one, dict)]
    return {_text(one, "TemplateId"): _text(one, "SubscribeStatusString") == "accept" for one in found}


def _start(scene: str) -> str:
    """As Telegram's deep links say it, so that one code works in both."""
    return f"/start {scene}".strip()


def _key(fields: Mapping[str, object], address: str) -> str:
    """The push by what names it; no database keeps one that cannot be printed."""
    number = _text(fields, "MsgId")
    if number and number != "0":
        return f"message:{number}"[:120]
    parts = (_text(fields, name) for name in ("CreateTime", "Event", "EventKey"))
    return ":".join(("event", address, *parts))[:120]


def _unread_kind(kind: str) -> str:
    return say(f"attachment.kind.{_KINDS[kind]}") if kind in _KINDS else ""


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return str(value) if isinstance(value, str | int | float) else ""

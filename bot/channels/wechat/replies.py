"""A letter as one text of WeChat: choices and links as lines, never more bytes than the platform takes."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from bot.channels.wechat.crypto import Box, signature
from bot.rendering import plain
from courier.letters import Letter
from courier.parts import cut
from models.wording import say

MOST_BYTES = 2_000
SUCCESS = "success"


def words(letter: Letter, *, site: str) -> str:
    """The letter in at most 2,000 bytes of UTF-8; what is too long ends early and says where the rest is."""
    whole = plain(letter, site=site)
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    below = plain(Letter("", letter.choices, letter.links), site=site)
    room = MOST_BYTES - len(f"{say('channel.cut')}{below}".encode())
    text = cut(letter.text, most=max(room // 3, 1))[0]
    return f"{text}{say('channel.cut')}{below}".encode()[:MOST_BYTES].decode(errors="ignore")


def passive(text: str, *, to: str, account: str, seconds: int, as_json: bool) -> str:
    """The body of a passive reply."""
    fields = {"ToUserName": to, "FromUserName": account, "CreateTime": seconds, "MsgType": "text", "Content": text}
    return _body(fields, as_json=as_json)


def sealed(body: str, *, box: Box, token: str, seconds: int, nonce: str, as_json: bool) -> str:
    """The envelope of an encrypted reply."""
    encrypted, time = box.close(body), str(seconds)
    signed = signature(token, time, nonce, encrypted)
    fields = {"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": seconds, "Nonce": nonce}
    return _body(fields, as_json=as_json)


def _body(fields: dict[str, str | int], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(fields, ensure_ascii=False)
    return f"<xml>{''.join(f'<{name}>{escape(str(value))}</{name}>' for name, value in fields.items())}</xml>"

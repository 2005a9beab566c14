"""What WeChat pushes to an account: signed and encrypted as the platform does it, and its replies opened. It is written
apart from the product's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

APP_ID, APP_SECRET, TOKEN = "wx1234567890abcdef", "0123456789abcdef0123456789abcdef", "mulin1token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
TEMPLATE, TICKET = "notice-template-of-the-tests-000000000000000", "ticket-of-the-tests"


def signed(*parts: str) -> str:
    """SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher() -> Cipher[CBC]:
    key = base64.b64decode(f"{AES_KEY}=")
    return Cipher(AES(key), CBC(key[:16]))


def encrypted(text: str, *, app_id: str = APP_ID) -> str:
    """As the platform encrypts a push."""
    words = text.encode()
    plain = secrets.token_bytes(16) + len(words).to_bytes(4, "big") + words + app_id.encode()
    padder = padding.PKCS7(256).padder()
    encryptor = _cipher().encryptor()
    return base64.b64encode(encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()).decode()


def decrypted(text: str) -> str:
    """As the platform opens a reply."""
    decryptor = _cipher().decryptor()
    unpadder = padding.PKCS7(256).unpadder()
    plain = unpadder.update(decryptor.update(base64.b64decode(text)) + decryptor.finalize()) + unpadder.finalize()
    length = int.from_bytes(plain[16:20], "big")
    assert plain[20 + length :].decode() == APP_ID
    return plain[20 : 20 + length].decode()


@dataclass(frozen=True, slots=True)
class Posted:
    """A push as it goes over the line: the query and the body."""

    query: dict[str, str]
    body: bytes


def push(text: str, *, number: int = 1, openid: str = "wang-openid", **more: str) -> dict[str, str | int]:
    """The fields of a text message; ``more`` replaces or adds fields."""
    fields: dict[str, str | int] = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": 1_772_413_800,
        "MsgType": "text",
        "Content": text,
        "MsgId": number,
    }
    return {**fields, **more}


def event(name: str, *, openid: str = "wang-openid", key: str = "") -> dict[str, str | int]:
    """The fields of an event."""
    fields = push("", openid=openid) | {"MsgType": "event", "Event": name, "EventKey": key}
    return {name: value for name, value in fields.items() if name not in {"Content", "MsgId"}}


def answered(accepted: bool, *, openid: str = "wang-openid") -> dict[str, Any]:
    """The fields of the event that says what somebody pressed when they were asked for a notice."""
    said = {"TemplateId": TEMPLATE, "SubscribeStatusString": "accept" if accepted else "reject", "PopupScene": "0"}
    return event("subscribe_msg_popup_event", openid=openid) | {"SubscribeMsgPopupEvent": {"List": said}}


def _xml(fields: dict[str, Any]) -> str:
    return f"<xml>{''.join(f'<{name}>{_inner(value)}</{name}>' for name, value in fields.items())}</xml>"


def _inner(value: object) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_inner(one)}</{name}>" for name, one in value.items())
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"


def plain_post(fields: dict[str, Any], *, as_json: bool = False, token: str = TOKEN) -> Posted:
    """A push in plain mode."""
    body = json.dumps(fields) if as_json else _xml(fields)
    query = {"timestamp": "1772413800", "nonce": "42", "openid": str(fields["FromUserName"])}
    return Posted({**query, "signature": signed(token, "1772413800", "42")}, body.encode())


def safe_post(fields: dict[str, Any], *, as_json: bool = False, token: str = TOKEN, app_id: str = APP_ID) -> Posted:
    """A push in safe mode."""
    words = encrypted(json.dumps(fields) if as_json else _xml(fields), app_id=app_id)
    outer: dict[str, Any] = {"ToUserName": ACCOUNT, "Encrypt": words}
    query = {"timestamp": "1772413800", "nonce": "42", "encrypt_type": "aes"}
    query |= {"signature": signed(token, "1772413800", "42")}
    query |= {"msg_signature": signed(token, "1772413800", "42", words)}
    return Posted(query, (json.dumps(outer) if as_json else _xml(outer)).encode())


def reply_of(body: str) -> dict[str, str]:
    """The fields of a passive reply, opened where it is encrypted."""
    fields = _fields(body)
    if "Encrypt" in fields:
        assert fields["MsgSignature"] == signed(TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        fields = _fields(decrypted(fields["Encrypt"]))
    return fields


def _fields(body: str) -> dict[str, str]:
    if body.startswith("{"):
        return {name: str(value) for name, value in json.loads(body).items()}
    return {part.tag: part.text or "" for part in ET.fromstring(body)}

"""The worked examples of the platform's documents, and every way in which a push can be wrong."""

from __future__ import annotations

import base64
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as some

from bot.channels.wechat.crypto import Box, is_signed, signature
from models.errors import NotAllowed

KEY = "A" * 43
XML = Box.of("wx134c8103faa5a59e", KEY)
JSON = Box.of("wxba5fad812f8e6fb9", KEY)
XML_WORDS = "<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>"
XML_SEALED = (
    "hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d6WELwqrGd"
    "7jMnV0zv3Zc9Nq7"
)
JSON_WORDS = '{"demo_resp":"good luck"}'
JSON_SEALED = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def test_the_address_check() -> None:
    assert is_signed("f464b24fc39322e44b38aa78f5edd27bd1441696", "AAAAA", "1714036504", "1514711492")
    assert not is_signed("f464b24fc39322e44b38aa78f5edd27bd1441697", "AAAAA", "1714036504", "1514711492")
    assert not is_signed("é", "AAAAA", "1", "2")


@pytest.mark.parametrize(
    ("box", "words", "random", "sealed", "signed"),
    [
        (XML, XML_WORDS, b"999951349e8ee746", XML_SEALED, "03e0812039325c2712ef5f0f980fd14c70d6e307"),
        (JSON, JSON_WORDS, b"707722b803182950", JSON_SEALED, "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_the_replies_of_the_documents(box: Box, words: str, random: bytes, sealed: str, signed: str) -> None:
    assert box.close(words, random=random) == sealed
    assert box.open(sealed) == words
    assert signature("AAAAA", "1713424427", "415670741", sealed) == signed


@given(some.text(max_size=300))
def test_whatever_is_closed_opens_again(words: str) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:
        return
    assert XML.open(XML.close(words)) == words
    assert XML.close(words) != XML.close(words)


def sealed_as(plain: bytes, box: Box = XML) -> str:
    """Encrypted as it is, with whatever padding it has."""
    encryptor = Cipher(AES(box.key), CBC(box.key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain: bytes) -> bytes:
    """With the right padding."""
    count = 32 - len(plain) % 32
    return plain + bytes([count]) * count


RANDOM = secrets.token_bytes(16)
WRONG = {
    "nothing": "",
    "no base64": "你好",
    "no block": base64.b64encode(b"x").decode(),
    "changed": XML_SEALED[:-4] + "AAA=",
    "no padding": sealed_as(b"\x00" * 64),
    "padding too long": sealed_as(RANDOM + b"\x21" * 48),
    "padding of two kinds": sealed_as(b"\x07" * 31 + b"\x02"),
    "a length beyond the end": sealed_as(padded(RANDOM + b"\xff\xff\xff\xff" + b"x" + XML.app_id.encode())),
    "too short": sealed_as(padded(b"x")),
    "not utf-8": sealed_as(padded(RANDOM + b"\x00\x00\x00\x01\xff" + XML.app_id.encode())),
}


@pytest.mark.parametrize("encrypted", WRONG.values(), ids=list(WRONG))
def test_whatever_is_wrong_is_refused_alike(encrypted: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        XML.open(encrypted)
    assert refusal.value.key == "wechat.signature"


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(NotAllowed):
        JSON.open(XML_SEALED)


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "你" * 43, "!" * 43])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Box.of("wx", key)

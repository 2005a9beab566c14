"""The worked examples of the platform's documents, and every way in which a push can be wrong."""

from __future__ import annotations

import base64
import hmac
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


PUBLISHED_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CORP = Box.of("wx5823bf96d3bd56c7", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
PUSHED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh"
    "0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRj"
    "pA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6"
    "OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
"""The push of the platform's sample code (DecryptMsg)."""
ECHOED = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
CLOSED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


def test_the_samples_that_the_platform_hands_out_with_its_code() -> None:
    """A push, the encrypted address check of 企业微信, and a text in Chinese closed with a given random part."""
    account = Box.of("wx2c2769f8efd9abc2", PUBLISHED_KEY)
    assert "<Content><![CDATA[abcdteT]]></Content>" in account.open(PUSHED)
    assert is_signed("5d197aaffba7e9b25a30732f161a50dee96bd5fa", "spamtest", "1409735669", "1320562132", PUSHED)
    assert CORP.open(ECHOED) == "1616140317555161061"
    assert is_signed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "QDG6eK", "1409659589", "263014780", ECHOED)
    other = Box.of("wxb11529c136998cb6", PUBLISHED_KEY)
    assert other.close("我是中文abcd123", random=b"aaaabbbbccccdddd") == CLOSED
    assert other.open(CLOSED) == "我是中文abcd123"


def test_signatures_and_app_ids_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def spy(one: bytes, other: bytes) -> bool:
        compared.append(len(other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", spy)
    for one in ("", "0" * 40, signature("a", "b")):
        is_signed(one, "a", "b")
    assert len(compared) == 3
    XML.open(XML_SEALED)
    assert compared[3:] == [len(XML.app_id)]


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

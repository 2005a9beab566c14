"""The login widget: only what Telegram signed for this bot, and only for some minutes (made data)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

import pytest

from bot.channels.telegram.widget import account_of
from models.errors import Invalid
from tests.conftest import StillClock

TOKEN = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
AT = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)


def brought(*, token: str = TOKEN, **changes: str) -> dict[str, str]:
    """What a browser brings, signed as Telegram does."""
    fields = {"id": "4242", "first_name": "秀英", "auth_date": str(int(AT.timestamp())), **changes}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hashlib.sha256(token.encode()).digest()
    return {**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()}


@pytest.fixture(autouse=True)
def morning(clock: StillClock) -> None:
    """The moment of the signature."""
    clock.at(AT)


def test_what_telegram_signed_is_who_it_says() -> None:
    assert account_of(brought(), bot_token=TOKEN) == "4242"
    assert account_of(brought(username="x", photo_url="https://t.me/i/x.jpg"), bot_token=TOKEN) == "4242"


def test_a_vector_worked_out_by_hand() -> None:
    fields = {"id": "4242", "first_name": "Wang", "auth_date": str(int(AT.timestamp()))}
    text = f"auth_date={int(AT.timestamp())}\nfirst_name=Wang\nid=4242"
    digest = hmac.digest(hashlib.sha256(TOKEN.encode()).digest(), text.encode(), "sha256").hex()
    assert account_of({**fields, "hash": digest.upper()}, bot_token=TOKEN) == "4242"


@pytest.mark.parametrize(
    "change",
    [{"id": "4243"}, {"first_name": "x"}, {"auth_date": "1"}, {"more": "x"}, {"hash": ""}, {"hash": "0" * 64}],
)
def test_what_was_changed_afterwards_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=r"widget\.wrong"):
        account_of({**brought(), **change}, bot_token=TOKEN)


@pytest.mark.parametrize("token", ["123456789:B", ""])
def test_signed_for_another_bot_or_for_none_is_refused(token: str) -> None:
    with pytest.raises(Invalid, match=r"widget\.wrong"):
        account_of(brought(token=token), bot_token=TOKEN if token else "")


@pytest.mark.parametrize(("seconds", "good"), [(-61, False), (-60, True), (300, True), (301, False), (90_000, False)])
def test_a_signature_is_good_for_five_minutes(clock: StillClock, seconds: int, good: bool) -> None:
    clock.at(AT + dt.timedelta(seconds=seconds))
    if good:
        assert account_of(brought(), bot_token=TOKEN) == "4242"
        return
    with pytest.raises(Invalid, match=r"widget\.old"):
        account_of(brought(), bot_token=TOKEN)


@pytest.mark.parametrize("fields", [{"id": "abc"}, {"id": ""}, {"id": "４２"}, {"auth_date": "now"}, {"auth_date": ""}])
def test_signed_nonsense_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=r"widget\.wrong"):
        account_of(brought(**fields), bot_token=TOKEN)


def test_nothing_at_all_and_very_much_are_refused() -> None:
    for fields in ({}, {"hash": "x"}, {f"f{number}": "x" for number in range(1000)}):
        with pytest.raises(Invalid, match=r"widget\.wrong"):
            account_of(fields, bot_token=TOKEN)

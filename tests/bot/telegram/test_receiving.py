"""What the Bot API posts is kept once, each update by itself, and a press says what stands on its button."""

from __future__ import annotations

import datetime as dt
import resource
import time
from io import BytesIO
from typing import Any

import pytest

from models.contact import Contact
from models.message import Inbox
from models.transaction import fetch
from tests.bot.telegram.conftest import SECRET, Line
from tests.fakes.telegram_groups import group_message
from tests.fakes.telegram_updates import Arrived, membership, message, press


def spoilt(update: dict[str, Any], **content: object) -> dict[str, Any]:
    """The same update with something else in its message."""
    return {**update, "message": {**update["message"], **content}}


STRANGE = [
    {"update_id": 5, "message": {"message_id": 1}},
    {"update_id": 5, "message": "x"},
    {"update_id": 5, "callback_query": {"id": 1}},
    {"update_id": "five", "message": {}},
    {"update_id": 2**70, "message": {}},
    spoilt(message(5, ""), text=7),
    spoilt(message(5, ""), text={"a": "b"}),
    message(5, "", location={"latitude": "north", "longitude": "east"}),
    message(5, "", photo=[{"file_id": "a", "file_unique_id": "b", "width": "1", "height": "1"}] * 2),
    message(5, "", contact={"first_name": 1, "phone_number": 2}),
    message(5, "", document={"file_id": "a", "file_unique_id": "b", "mime_type": 1}),
    spoilt(message(5, "x"), chat={"id": {"a": 1}, "type": "private"}),
    group_message(5, "😀 @mulin_bot", entities=[{"type": "mention", "offset": 1, "length": 10}]),
    spoilt(group_message(5, "@mulin_bot"), text="\ud83d @mulin_bot"),
    group_message(5, "@mulin_bot", entities=[{"type": "mention", "offset": "0", "length": 10}]),
    press(5, Arrived(7, 99, "x", ((1, 2),)), 3),  # pyright: ignore[reportArgumentType]
    {},
    [],
    "x",
    None,
    7,
]


async def test_a_question_is_answered_in_the_chat_with_buttons(line: Line) -> None:
    assert (await line.post(message(1, "居住证怎么办")))[0] == 200
    await line.work()
    (arrived,) = line.fake.arrived
    assert arrived.chat_id == 7
    assert [data for _, data in arrived.buttons] == ["choice:1", "choice:2", "choice:3", "choice:4"]
    assert arrived.buttons[0][0].startswith("1 ")


async def test_the_same_update_twice_is_one_message(line: Line) -> None:
    for _ in range(3):
        assert (await line.post(message(1, "居住证怎么办")))[0] == 200
    await line.work()
    assert (await Inbox.all().count(), len(line.fake.arrived)) == (1, 1)


async def test_a_press_says_what_stands_on_the_button_once_and_is_answered(line: Line) -> None:
    await line.post(message(1, "居住证怎么办"))
    await line.work()
    (offer,) = line.fake.arrived
    for number in (2, 3):
        status, answer = await line.post(press(number, offer, "choice:1"))
        assert (status, answer) == (200, {"method": "answerCallbackQuery", "callback_query_id": f"press-{number}"})
        await line.work()
    assert len(line.fake.arrived) == 2
    assert "居住证" in line.fake.arrived[1].text


async def test_a_press_with_data_of_no_button_is_nothing(line: Line) -> None:
    below = Arrived(7, 99, "x", (("1 有用", "choice:1"),))
    for data in ("choice:9", "'; DROP TABLE inbox", "", "choice:1 "):
        assert (await line.post(press(1, below, data)))[0] == 200
    assert await Inbox.all().count() == 0


async def test_a_label_too_long_for_a_button_stands_for_its_number(line: Line) -> None:
    below = Arrived(7, 99, "x", (("2 很长很长…", "choice:2"),))
    await line.post(press(1, below, "choice:2"))
    assert await Inbox.all().count() == 1


@pytest.mark.parametrize("update", STRANGE)
async def test_what_nobody_can_read_is_set_aside_and_acknowledged(line: Line, update: object) -> None:
    assert (await line.post(update))[0] == 200
    rows = await fetch("SELECT state, error FROM inbox")
    assert [row["state"] for row in rows] == ["quarantined"]
    assert rows[0]["error"].startswith("unreadable")
    assert (await line.post(message(6, "你好")))[0] == 200
    await line.work()
    assert len(line.fake.arrived) == 1


async def test_a_body_that_is_no_json_or_nested_without_end_is_acknowledged(line: Line) -> None:
    from bot.channels.telegram import PATH, webhook

    headers = {webhook.SECRET_HEADER: "a-secret-between-two-servers"}
    for body in (b"{", b"[" * 100_000, b"\xff\xfe", b""):
        async with line.client.post(PATH, data=body, headers=headers) as response:
            assert response.status == 200
    assert set(await Inbox.all().values_list("state", flat=True)) == {"quarantined"}


async def test_ten_megabytes_are_read_no_further_than_an_update_can_be_long(line: Line) -> None:
    from bot.channels.telegram import PATH, webhook

    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    body = BytesIO(b'{"update_id": 1, "message": "' + b"a" * 10_000_000 + b'"}')
    async with line.client.post(PATH, data=body, headers={webhook.SECRET_HEADER: SECRET}) as response:
        assert response.status == 200
    assert time.monotonic() - started < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024
    assert await Inbox.all().values_list("state", flat=True) == ["quarantined"]


async def test_a_place_shared_while_walking_is_one_message(line: Line) -> None:
    place = {"latitude": 31.2, "longitude": 121.4, "live_period": 900}
    await line.post(message(1, "", location=place))
    for number in (2, 3):
        edited = message(number, "", location=place, edit_date=1_770_000_000 + number)
        assert (await line.post({"update_id": number, "edited_message": edited["message"]}))[0] == 200
    assert await Inbox.all().count() == 1


async def test_a_wrong_secret_is_turned_away(line: Line) -> None:
    for secret in ("", "another-secret-of-somebody", "é"):
        assert (await line.post(message(1, "你好"), secret=secret))[0] == 403
    assert await Inbox.all().count() == 0


async def test_an_edited_message_is_answered_as_a_new_one_once(line: Line) -> None:
    edited = message(2, "离婚登记怎么办", edit_date=1_770_000_000)
    update = {"update_id": 2, "edited_message": edited["message"]}
    await line.post(message(1, "离婚登"))
    await line.post(update)
    await line.post({**update, "update_id": 3})
    assert await Inbox.all().count() == 2


async def test_a_photo_with_words_is_its_words_and_voice_goes_to_a_person(line: Line) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await line.post(message(1, "", photo=photo, caption="居住证怎么办"))
    await line.post(message(2, "", chat=8, voice={"file_id": "a", "file_unique_id": "b", "duration": 3}))
    await line.work()
    texts = {one.chat_id: one.text for one in line.fake.arrived}
    assert "居住证" in texts[7] or "哪一项" in texts[7]
    assert "语音" in texts[8]
    assert "语音收到了" in texts[8]


async def test_a_group_is_not_listened_to(line: Line) -> None:
    update = message(1, "居住证怎么办")
    update["message"]["chat"] = {"id": -5, "type": "group", "title": "业主群"}
    await line.post(update)
    assert await Inbox.all().count() == 0


async def test_who_blocks_the_bot_is_closed_until_they_let_it_write(line: Line) -> None:
    await line.post(message(1, "你好"))
    await line.work()
    await line.post(membership(2, "kicked"))
    assert (await Contact.get(channel="telegram", address="7")).closed_at is not None
    await line.post(membership(3, "member"))
    assert (await Contact.get(channel="telegram", address="7")).closed_at is None


async def test_a_deep_link_of_an_estate_begins_to_join_it_and_any_other_opens_the_chat(line: Line) -> None:
    await line.post(message(1, f"/start join_{'willow':J<22}"))
    await line.post(message(2, "/start g999999999", chat=8))
    await line.work()
    texts = {one.chat_id: one.text for one in line.fake.arrived}
    assert "示范一村" in texts[7]
    assert "没有" not in texts[8]


async def test_who_could_not_be_written_to_is_reached_once_they_begin(line: Line) -> None:
    await line.post(message(1, "你好"))
    await line.work()
    await Contact.filter(address="7").update(closed_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    await line.post(message(2, "/start"))
    assert (await Contact.get(channel="telegram", address="7")).closed_at is None

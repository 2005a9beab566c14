"""Photos, albums, voice and places over Telegram: fetched from the stand-in, put to what they are about, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import fetching
from casework import attachments
from models.conversation import Utterance
from models.file import FileState, StoredFile
from models.question import Question
from models.transaction import execute
from people import fetching as rows
from people import shelf
from people.viewers import SYSTEM
from tests.bot.telegram.conftest import Line
from tests.conftest import StillClock
from tests.fakes.telegram_updates import message, photo
from tests.people import photos


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """Where files lie in this test."""
    shelf.use_folder(tmp_path / "files")


async def fetch(line: Line) -> None:
    """Everything that is wanted is fetched, as far as it can be."""
    await execute("UPDATE file SET due_ms=0 WHERE state='wanted'")
    while await fetching.fetch_due(channels={"telegram": line.channel}):
        pass


async def states() -> list[str]:
    return [one.state.value for one in await StoredFile.all().order_by("id")]


async def test_a_photo_alone_is_asked_about_and_goes_with_what_is_said_next(line: Line, clock: StillClock) -> None:
    line.fake.files["lamp"] = photos.photo(800, 600)
    await line.post(message(1, "", photo=photo("lamp")))
    await line.work()
    assert "是什么事" in line.fake.arrived[-1].text
    await fetch(line)
    assert await states() == ["kept"]
    await line.post(message(2, "3号楼2楼的路灯坏了"))
    await line.work()
    asked = await Question.get()
    [file] = await attachments.of_question(asked.id, viewer=SYSTEM)
    assert (file.width, file.height, file.media_type) == (800, 600, "image/jpeg")
    assert asked.number in line.fake.arrived[-1].text


async def test_a_report_in_progress_takes_the_photo_and_still_wants_its_place(line: Line, clock: StillClock) -> None:
    line.fake.files["lamp"] = photos.photo()
    await line.post(message(1, "路灯坏了"))
    await line.work()
    await line.post(message(2, "", photo=photo("lamp")))
    await line.work()
    assert "放在一起" in line.fake.arrived[-1].text
    assert "在哪里" in line.fake.arrived[-1].text
    await line.post(message(3, "3号楼2楼"))
    await line.work()
    assert len(await attachments.of_question((await Question.get()).id, viewer=SYSTEM)) == 1


async def test_an_album_is_one_message_and_a_late_piece_goes_along_silently(line: Line, clock: StillClock) -> None:
    for name in "abcd":
        line.fake.files[name] = photos.photo()
    await line.post(message(1, "", photo=photo("a"), media_group_id="77", caption="3号楼2楼的路灯坏了"))
    await line.post(message(2, "", photo=photo("b"), media_group_id="77"))
    await line.post(message(3, "", photo=photo("c"), media_group_id="77"))
    await line.work()
    assert line.fake.arrived == []  # The first waits for the others.
    clock.forward(seconds=2)
    await line.work()
    assert len(line.fake.arrived) == 1
    asked = await Question.get()
    assert len(await attachments.of_question(asked.id, viewer=SYSTEM)) == 3
    assert await Utterance.filter(author="resident").count() == 1
    await line.post(message(4, "", photo=photo("d"), media_group_id="77"))
    clock.forward(seconds=2)
    await line.work()
    assert len(line.fake.arrived) == 1
    assert len(await attachments.of_question(asked.id, viewer=SYSTEM)) == 4


async def test_voice_goes_to_a_person_as_it_came(line: Line, clock: StillClock) -> None:
    line.fake.files["v"] = photos.VOICE
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3, "file_size": 204}
    await line.post(message(1, "", voice=voice))
    await line.work()
    await fetch(line)
    [file] = await attachments.of_question((await Question.get()).id, viewer=SYSTEM)
    assert (file.media_type, file.is_played) == ("audio/ogg", True)
    assert "Q-0001" in line.fake.arrived[-1].text


async def test_a_place_is_where_the_report_is_and_a_card_is_masked(line: Line, clock: StillClock) -> None:
    await line.post(message(1, "路灯坏了"))
    await line.post(message(2, "", location={"latitude": 31.23041, "longitude": 121.47371}))
    for _ in range(2):
        await line.work()
    assert (await Question.get()).where_text == "【位置】（31.23041, 121.47371）"
    await line.post(message(3, "", contact={"phone_number": "13800138000", "first_name": "王"}))
    await line.work()
    said = (await Utterance.filter(author="resident").order_by("-id").first()) or Utterance()
    assert said.text == "【名片】王 138****8000"


@pytest.mark.parametrize(
    ("given", "size", "why"),
    [
        (None, 1_000, "取不到了"),
        (b"no photo at all", 1_000, "打不开"),
        (photos.photo(), 11 * 1024 * 1024, "太大"),
        (bytes(21 * 1024 * 1024), 1_000, "太大"),
        (bytes(11 * 1024 * 1024), 1_000, "太大"),
    ],
)
async def test_a_photo_that_cannot_be_had_is_said_so_once_and_the_words_stay(
    line: Line, clock: StillClock, given: bytes | None, size: int, why: str
) -> None:
    if given is not None:
        line.fake.files["x"] = given
    await line.post(message(1, "", photo=photo("x", size=size), caption="3号楼2楼的路灯坏了"))
    await line.work()
    await fetch(line)
    await line.work()
    assert await states() == ["lost"]
    assert [why in one.text for one in line.fake.arrived] == [False, True]
    assert "路灯坏了" in (await Question.get()).text


async def test_a_server_in_trouble_is_asked_again_and_given_up_at_last(line: Line, clock: StillClock) -> None:
    line.fake.files["lamp"] = photos.photo()
    line.fake.file_faults.extend([500, 502])
    await line.post(message(1, "", photo=photo("lamp")))
    await line.work()
    for _ in range(3):
        await fetching.fetch_due(channels={"telegram": line.channel})
        clock.forward(seconds=60)
    assert await states() == ["kept"]
    line.fake.file_faults.extend([500] * 20)
    await line.post(message(2, "", photo=photo("lamp")))
    await line.work()
    for _ in range(12):
        await fetching.fetch_due(channels={"telegram": line.channel})
        clock.forward(hours=1)
    await line.work()
    assert await states() == ["kept", "lost"]
    assert "一直取不到" in line.fake.arrived[-1].text


async def test_a_process_that_died_while_it_fetched_left_it_to_the_next(line: Line, clock: StillClock) -> None:
    line.fake.files["lamp"] = photos.photo()
    await line.post(message(1, "", photo=photo("lamp")))
    await line.work()
    [held] = await rows.claim(limit=5)
    assert await fetching.fetch_due(channels={"telegram": line.channel}) == 0
    clock.forward(seconds=60)
    assert await fetching.fetch_due(channels={"telegram": line.channel}) == 1
    assert await states() == ["kept"]
    assert not await rows.keep(held, photos.photo())  # It was not dead after all, and comes too late.
    assert len([*shelf.names_before(1e12)]) == 2


async def test_what_waits_at_the_desk_takes_another_photo(line: Line, clock: StillClock) -> None:
    await line.post(message(1, "3号楼2楼的路灯坏了"))
    await line.work()
    line.fake.files["lamp"] = photos.photo()
    await line.post(message(2, "", photo=photo("lamp")))
    await line.work()
    assert "已经补到 Q-0001" in line.fake.arrived[-1].text
    assert len(await attachments.of_question((await Question.get()).id, viewer=SYSTEM)) == 1


async def test_an_edited_caption_brings_no_second_photo(line: Line, clock: StillClock) -> None:
    update = message(1, "", photo=photo("lamp"), caption="3号楼2楼的路灯坏了")
    await line.post(update)
    await line.work()
    edited = {**update["message"], "caption": "3号楼3楼的路灯坏了", "edit_date": 1_772_413_900}
    await line.post({"update_id": 2, "edited_message": edited})
    await line.work()
    assert await StoredFile.filter(state=FileState.WANTED).count() == 1

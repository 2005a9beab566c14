"""Photos, voice and places over WeChat: the media fetched with the account's token, the rest as words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import fetching
from casework import attachments
from models.conversation import Utterance
from models.file import StoredFile
from models.question import Question
from models.transaction import execute
from people import shelf
from people.viewers import SYSTEM
from tests.bot.wechat.conftest import Line
from tests.conftest import StillClock
from tests.fakes.wechat_pushes import push, reply_of, safe_post
from tests.people import photos

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """Where files lie in this test."""
    shelf.use_folder(tmp_path / "files")


async def fetch(line: Line) -> list[str]:
    """Everything that is wanted is fetched; gives how each stands."""
    await execute("UPDATE file SET due_ms=0 WHERE state='wanted'")
    await fetching.fetch_due(channels={"wechat": line.channel})
    return [one.state.value for one in await StoredFile.all().order_by("id")]


async def said(line: Line, **fields: str) -> str:
    """A push that is no text, and what is replied within its five seconds."""
    line.account.budget = 60
    number = int(fields.pop("number", "1"))
    _, body = await line.post(safe_post(push("", number=number, **fields)))
    return reply_of(body)["Content"]


async def test_a_photo_is_fetched_with_a_token_that_had_run_out(line: Line, clock: StillClock) -> None:
    line.fake.media["m1"] = photos.photo(60, 40)
    assert "是什么事" in await said(line, MsgType="image", MediaId="m1", PicUrl="http://elsewhere.example/x")
    await line.channel.tokens.token()
    line.fake.expire()
    assert await fetch(line) == ["wanted"]
    assert await fetch(line) == ["kept"]
    _, body = await line.post(safe_post(push("3号楼2楼的路灯坏了", number=2)))
    assert "Q-0001" in reply_of(body)["Content"]
    assert len(await attachments.of_question((await Question.get()).id, viewer=SYSTEM)) == 1


async def test_what_the_platform_wrote_down_of_a_voice_message_is_what_was_said(line: Line, clock: StillClock) -> None:
    line.fake.media["v1"] = b"#!AMR\n" + bytes(90)
    reply = await said(line, MsgType="voice", MediaId="v1", Format="amr", Recognition="3号楼2楼的路灯坏了")
    assert "已登记" in reply
    assert await fetch(line) == ["kept"]
    [file] = await attachments.of_question((await Question.get()).id, viewer=SYSTEM)
    assert (file.media_type, file.is_played) == ("audio/amr", False)


async def test_voice_that_nobody_wrote_down_goes_to_a_person(line: Line, clock: StillClock) -> None:
    assert "Q-0001" in await said(line, MsgType="voice", MediaId="v1", Format="amr", Recognition="")


async def test_a_place_is_words_with_nothing_to_press(line: Line, clock: StillClock) -> None:
    given = {"Location_X": "31.230416", "Location_Y": "121.473701", "Scale": "20", "Label": "柳荫路1号"}
    assert "位置收到了" in await said(line, MsgType="location", **given)
    assert (await Utterance.filter(author="resident").get()).text == "【位置】柳荫路1号（31.23042, 121.47370）"
    await said(line, MsgType="text", Content="路灯坏了", number="2")
    assert (await Question.get()).where_text.startswith("【位置】柳荫路1号")


async def test_media_that_is_gone_is_said_so(line: Line, clock: StillClock) -> None:
    await said(line, MsgType="image", MediaId="nowhere")
    assert await fetch(line) == ["lost"]
    line.fake.quota["wang-openid"] = 5
    await line.deliver()
    assert "取不到了" in line.fake.arrived[-1][1]

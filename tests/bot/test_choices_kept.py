"""What a resident chooses for a question is kept as a possible way of asking; what is judged, with its question."""

from __future__ import annotations

from bot.reply import Outcome
from models.transaction import fetch
from tests.bot.conftest import Type


async def kept() -> list[tuple[str, str, int]]:
    return [(row["entry_key"], row["text"], row["times"]) for row in await fetch("SELECT * FROM phrasing ORDER BY id")]


async def judged() -> list[tuple[str, str, str]]:
    rows = await fetch("SELECT entry_key, question, verdict FROM feedback ORDER BY id")
    return [(row["entry_key"], row["question"], row["verdict"]) for row in rows]


async def test_a_choice_by_number_or_by_name_is_kept_with_the_question_it_was_for(wang: Type) -> None:
    assert (await wang("居住证和护照")).outcome is Outcome.CHOICES
    assert (await wang("3")).entry == "passport"
    assert await kept() == [("passport", "居住证和护照", 1)]
    await wang("居住证和护照")
    await wang("3")
    assert await kept() == [("passport", "居住证和护照", 2)]


async def test_a_line_of_the_menu_is_no_choice_for_a_question(wang: Type) -> None:
    await wang("居住证和护照")
    for text in ("菜单", "1", "1"):
        reply = await wang(text)
    assert reply.entry
    assert await kept() == []


async def test_a_question_with_a_number_in_it_teaches_nobody(wang: Type) -> None:
    await wang("居住证和护照，我的手机13812345678")
    await wang("1")
    assert await kept() == []


async def test_what_was_not_solved_is_kept_with_the_question_as_masked_and_the_entry_chosen_next(wang: Type) -> None:
    told = await wang("敬老卡丢了怎么办")
    await wang("没解决")
    assert await judged() == [(told.entry, "敬老卡丢了怎么办", "unsolved")]
    chosen = await wang("2")
    assert await kept() == [(chosen.entry, "敬老卡丢了怎么办", 1)]

"""Words are found however they are written, and not where they only seem to be."""

from __future__ import annotations

import time

import pytest

from nlp.exposed import Exposed, shield
from nlp.readings import Looks
from nlp.screen import Action, Common, Screen, WordList, build, find, starred

LISTS = (
    WordList("bad", Action.BLOCK, words=("坏东西", "zz9"), sounds=("百家乐",), harmless=("坏东西展览",)),
    WordList("pair", Action.HOLD, words=("刷单+日结",), patterns=("充[0-9]+送[0-9]+",), warned=True),
    WordList("rude", Action.MASK, words=("见鬼了",)),
)
COMMON = Common(Looks(same={"怀": "坏"}, parts={"亻言": "信"}), ("当心",), ("加微信",))


@pytest.fixture(scope="module")
def screen() -> Screen:
    """Three small lists."""
    return build(LISTS, COMMON)


def _found(text: str, screen: Screen) -> list[tuple[str, str]]:
    return [(hit.word, hit.action.value) for hit in find(text, screen)]


@pytest.mark.parametrize(
    "text",
    [
        "你这个坏东西",
        "你这个壞東西",
        "你这个怀东西",
        "你这个坏\u200b东\u2060西",
        "你这个坏*东*西",
        "坏 东 西 ！",
        "坏🌶东🌶西",
        "ＺＺ９真讨厌",
    ],
)
def test_a_word_is_seen_through_its_disguise(text: str, screen: Screen) -> None:
    assert [action for _, action in _found(text, screen)] == ["block"]


@pytest.mark.parametrize("text", ["这里百加乐", "bai jia le 来玩", "baijiale", "都来玩百家 乐吧"])
def test_what_only_sounds_like_it_is_held(text: str, screen: Screen) -> None:
    assert _found(text, screen) == [("百家乐", "hold")]


@pytest.mark.parametrize(
    "text",
    [
        "坏东西展览开了",
        "天气坏，东西南北",
        "azz90",
        "刷单",
        "当心刷单日结",
        "",
        "🙂" * 500,
        "。" * 500,
    ],
)
def test_what_only_seems_to_be_there_is_let_be(text: str, screen: Screen) -> None:
    assert _found(text, screen) == []


def test_both_parts_make_a_pair_and_a_way_to_be_reached_outweighs_a_warning(screen: Screen) -> None:
    assert _found("日结，刷单", screen) == [("刷单+日结", "hold")]
    assert _found("当心，刷单日结，加微信", screen) == [("刷单+日结", "hold")]
    assert _found("充100送50", screen) == [("充100送50", "hold")]


def test_a_mild_word_is_starred_where_it_stands(screen: Screen) -> None:
    text = "今天见 鬼 了，停水"
    assert starred(text, find("今天见鬼了，停水", screen)) != text
    assert starred("今天見鬼了，停水", find("今天見鬼了，停水", screen)) == "今天***，停水"


def test_every_time_a_mild_word_stands_is_starred(screen: Screen) -> None:
    text = "见鬼了，又见鬼了"
    assert starred(text, find(text, screen)) == "***，又***"


@pytest.mark.parametrize("text", ["坏东西展览" * 1_500, "坏东西" * 2_500, "刷单日结" * 2_000, "zz " * 2_600])
def test_the_longest_text_is_looked_through_at_once(text: str, screen: Screen) -> None:
    began = time.process_time()
    find(text, screen)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "shown", "found"),
    [
        ("我住3号楼501室", "我住3号楼***室", Exposed.HOME),
        ("来7-302拿", "来7-***拿", Exposed.HOME),
        ("滬A12345挡路", "滬A****5挡路", Exposed.PLATE),
        ("打13800138000", "打138****8000", Exposed.MOBILE),
        ("我家座机021-65550123", "我家座机***-********", Exposed.LINE),
    ],
)
def test_what_tells_where_somebody_lives_is_hidden(text: str, shown: str, found: Exposed) -> None:
    assert shield(text).text == shown
    assert shield(text).found == (found,)


@pytest.mark.parametrize(
    "text",
    ["打12345或962777", "取件码7-2-3015", "3号楼和5号楼之间", "值班电话021-00000000", "已有156户接龙", "2026-11-28"],
)
def test_what_is_nobodys_own_stays(text: str) -> None:
    assert shield(text).text == text

"""What may stand in a chat abroad: no number, no home, no name that is told as one."""

from __future__ import annotations

import pytest

from nlp.discreet import discreet


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("我叫王小红，住3号楼501室", ("小红", "501"), "3号楼"),
        ("姓名：欧阳修 电话13800138000", ("13800138000",), "电话"),
        ("业主李强家漏水", ("李强",), "漏水"),
        ("3-501漏水，12栋2单元302也漏", ("501", "302"), "漏水"),
        ("住五零一室的老人摔倒过", ("五零一",), "老人"),
        ("我是张伟，想问居住证", ("张伟",), "居住证"),
        ("5號樓🏠电梯坏了", (), "电梯坏了"),
        ("", (), ""),
    ],
)
def test_what_names_somebody_is_hidden_and_the_matter_stays(text: str, hidden: tuple[str, ...], kept: str) -> None:
    shown = discreet(text)
    assert not any(word in shown for word in hidden)
    assert kept in shown


@pytest.mark.parametrize(
    "text", ["每次1元，充满自停", "2026-03-02 前办", "打 12345 或 021-00000000", "我是居民，问低保"]
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert discreet(text) == text


def test_names_that_are_known_are_hidden_wherever_they_stand() -> None:
    assert discreet("王秀英说楼道黑", names=("王秀英", "王")) == "王**说楼道黑"

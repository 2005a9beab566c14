"""What dictation wrote with other characters of the same sound is heard as the word meant; what makes sense stays."""

from __future__ import annotations

import pytest

from casework import guide
from nlp.sounds import MOST, Sounds


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("转人公", "转人工"), ("插座漏店了", "插座漏电了"), ("公鸡金怎么提", "公积金怎么提"), ("我不想火", "我不想活")],
)
def test_a_slip_is_heard_as_the_word_it_sounds_like(typed: str, meant: str) -> None:
    assert guide.words().canonical(typed) == meant


@pytest.mark.parametrize(
    "text", ["一个人攻读博士", "人头数怎么算", "没气味", "重逢", "偷税漏税", "助残日", "残疾等级", "一楼人公用水表"]
)
def test_what_makes_sense_as_it_is_stays(text: str) -> None:
    assert guide.words().sounds.apply(text) == text


def test_a_long_text_is_left_as_it_is() -> None:
    text = "转人公" + "。" * MOST
    assert Sounds.of(["人工"]).apply(text) == text


def test_a_word_too_short_to_be_sure_of_is_refused() -> None:
    with pytest.raises(ValueError, match="活"):
        Sounds.of(["活"])

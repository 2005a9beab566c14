"""Personal numbers are masked in every form people write them; public numbers stay readable."""

from __future__ import annotations

import pytest

from nlp.mask import mask
from nlp.normalise import clean_input, normalise
from nlp.similar import group, similar


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "6222020200112230",
        "沪A12345",
    ],
)
def test_a_personal_number_is_not_readable_afterwards(number: str) -> None:
    masked = mask(f"我的是{number}谢谢")
    assert masked.found
    assert normalise(number) not in normalise(masked.text)


@pytest.mark.parametrize("number", ["12345", "962121", "110", "021-55500100", "1595元", "2026-11-21", "400-820-0000"])
def test_a_public_number_an_amount_and_a_date_stay(number: str) -> None:
    assert number in mask(f"打{number}问").text


def test_the_words_around_a_number_stay_as_they_were() -> None:
    masked = mask("喂😀我叫，电话13812345678，在３号楼")
    assert masked.text.startswith("喂😀我叫，电话138")
    assert masked.text.endswith("，在３号楼")


def test_control_characters_are_cut_and_widths_made_one() -> None:
    assert clean_input("a\x00b") == "ab"
    assert normalise("ＡＢＣ１２３") == "abc123"
    assert normalise("居住證") == "居住证"


def test_near_duplicates_stand_together() -> None:
    assert similar("车棚充电一次多少钱", "车棚充一次电多少钱") > similar("车棚充电一次多少钱", "身份证怎么补办")
    groups = group(["车棚充电一次多少钱", "身份证怎么补办", "车棚充电一次多少钱啊"])
    assert sorted(len(one) for one in groups) == [1, 2]

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
        "沪A 12345",
        "沪A  12345",
        "沪 A12345",
        "沪 A 12345",
        "沪 A 1 2 3 4 5",
        "沪A 1 2 3 4 5",
        "沪A 123 45",
        "沪　Ａ　１　２　３　４　５",
        "沪 A D 1 2 3 4 5",
        "沪 A 1 2 3 4 学",
        "沪 A·12345",
    ],
)
def test_a_personal_number_is_not_readable_afterwards(number: str) -> None:
    masked = mask(f"我的是{number}谢谢")
    assert masked.found
    assert normalise(number) not in normalise(masked.text)


@pytest.mark.parametrize("number", ["12345", "962121", "110", "021-55500100", "1595元", "2026-11-21", "400-820-0000"])
def test_a_public_number_an_amount_and_a_date_stay(number: str) -> None:
    assert number in mask(f"打{number}问").text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("车牌沪 A 1 2 3 4 5 挡路", "车牌沪 A * * * * 5 挡路"),
        ("沪 A 12345 停在 3 号楼", "沪 A ****5 停在 3 号楼"),
        ("沪 A 12345 23号楼门口", "沪 A ****5 23号楼门口"),
        ("沪A 12345和苏 B 6 7 8 9 0", "沪A ****5和苏 B * * * * 0"),
    ],
)
def test_of_a_plate_with_gaps_the_signs_are_masked_and_the_gaps_stay(text: str, shown: str) -> None:
    assert mask(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "新 A 座 10203 室",
        "最新 A12345 型号到货",
        "全新 T 恤 12345 件",
        "收藏 B 10086 期",
        "粤 A 1 2 3 4 5 6 7 8 9",
        "黑 B 铅笔 1 2 3 4 5 支",
        "青 A 20000 元",
        "云 A B C D E F",
        "长宁 A 12345 号文",
        "川 A 到川 B 共 12345 步",
        "贵 1 2 3 4 5",
        "晋 A 1 2 3",
        "鲁 I 1 2 3 4 5",
    ],
)
def test_what_is_no_plate_stays_however_it_is_spaced(text: str) -> None:
    assert mask(text).text == text


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

"""Numbers from a list in the forms people type, also when they set a slip right."""

from __future__ import annotations

import pytest

from nlp.choice import find_choice, is_corrected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("打错了,是3", 3),
        ("不对,第二个", 2),
        ("不是1,是3", 3),
        ("选错了 2", 2),
        ("我选错了,要2", 2),
        ("不是,我要3", 3),
        ("按错了,应该是2", 2),
    ],
)
def test_a_slip_that_is_set_right_is_a_choice(text: str, number: int) -> None:
    assert find_choice(text) == number
    assert is_corrected(text)


@pytest.mark.parametrize("text", ["不对", "错了", "不是3", "我要错过3", "不是这个", "打错了"])
def test_what_names_no_other_number_is_no_choice(text: str) -> None:
    assert find_choice(text) is None


@pytest.mark.parametrize("text", ["3", "第三个", "选3"])
def test_a_plain_number_is_of_the_list_that_stands(text: str) -> None:
    assert find_choice(text) == 3
    assert not is_corrected(text)

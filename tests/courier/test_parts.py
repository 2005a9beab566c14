"""A letter too long for one message is cut where a reader would pause, and nothing of it is lost."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as some

from courier.letters import Letter
from courier.parts import LONGEST, cut, parts, units


@given(some.text(alphabet="你好。，\n a😀！", max_size=400), some.integers(min_value=4, max_value=60))
def test_pieces_fit_and_together_are_the_text(text: str, most: int) -> None:
    pieces = cut(text, most=most)
    assert all(0 < units(piece) <= most for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_it_is_cut_at_a_paragraph_before_a_line_before_a_sentence() -> None:
    assert cut("甲甲甲甲。乙乙\n丙丙丙丙", most=10) == ["甲甲甲甲。乙乙", "丙丙丙丙"]
    assert cut("甲甲甲甲。乙乙\n\n丙丙。丙\n丙", most=12) == ["甲甲甲甲。乙乙", "丙丙。丙\n丙"]
    assert cut("甲甲甲甲甲甲。乙乙，乙乙乙", most=10) == ["甲甲甲甲甲甲。", "乙乙，乙乙乙"]


def test_a_surrogate_pair_is_never_cut_in_two() -> None:
    assert cut("😀" * 5, most=5) == ["😀😀", "😀😀", "😀"]


def test_other_channels_get_one_message() -> None:
    letter = Letter("长" * 9_000, ("一",))
    assert parts(letter, channel="web") == [letter]
    assert len(parts(letter, channel="telegram")) == -(-9_000 // LONGEST["telegram"])
    assert parts(letter, channel="telegram")[-1].choices == ("一",)

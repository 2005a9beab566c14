"""The encoder computes what its definition says, and reads only where danger is in doubt."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlp import chances
from nlp.chances import (
    DANGER,
    DOUBT,
    DOUBT_BY_RULE,
    LIKE,
    Chances,
    chances_of,
    is_in_doubt,
    joined,
    measures,
    read,
)
from nlp.classify import load_classifier
from nlp.confidence import load_coefficients
from nlp.encoder import FIRST, HEAD, HEADS, LAST, TAIL, UNKNOWN, Dense, Encoder, Floats, Layer, Norm, load_encoder
from nlp.pieces import BLANK, Pieces

SIZE = 2
INPUTS = HEADS * SIZE
CALM = (0.0,) * 7


def test_the_likeliest_pieces_are_found() -> None:
    pieces = Pieces({BLANK: -2.0, "煤气": -3.0, "煤": -2.5, "气": -2.5, "气味": -3.2, "味": -2.5}, unknown=-20.0)
    assert pieces.split("煤气味") == [BLANK, "煤气", "味"]
    assert pieces.split("煤 龘") == [BLANK, "煤", BLANK, "龘"]
    assert pieces.split("") == [BLANK]


def _drawn(chance: np.random.Generator, middle: float, shape: tuple[int, ...]) -> Floats:
    return chance.normal(middle, 0.3, shape).astype(np.float32)


def _dense(chance: np.random.Generator, inputs: int, outputs: int) -> Dense:
    return Dense(_drawn(chance, 0.0, (inputs, outputs)), _drawn(chance, 0.0, (outputs,)))


def _norm(chance: np.random.Generator) -> Norm:
    return Norm(_drawn(chance, 1.0, (INPUTS,)), _drawn(chance, 0.0, (INPUTS,)))


@pytest.fixture
def layer() -> Layer:
    """A layer of random weights."""
    chance = np.random.default_rng(7)
    return Layer(
        attention=_dense(chance, INPUTS, 3 * INPUTS),
        joined=_dense(chance, INPUTS, INPUTS),
        after_attention=_norm(chance),
        wide=_dense(chance, INPUTS, 4 * INPUTS),
        narrow=_dense(chance, 4 * INPUTS, INPUTS),
        after_wide=_norm(chance),
    )


def _plain_norm(norm: Norm, row: list[float]) -> list[float]:
    middle = sum(row) / len(row)
    spread = math.sqrt(sum((one - middle) ** 2 for one in row) / len(row) + 1e-12)
    return [(one - middle) / spread * norm.weights[n] + norm.constant[n] for n, one in enumerate(row)]


def _softmax(numbers: list[float]) -> list[float]:
    odds = [math.exp(number) for number in numbers]
    return [odd / sum(odds) for odd in odds]


def _plain_attention(given: list[list[float]], head: int, row: list[float]) -> list[float]:
    """What one head sees from one row, number by number."""
    own = range(head * SIZE, (head + 1) * SIZE)
    like = [sum(row[n] * other[INPUTS + n] for n in own) / math.sqrt(SIZE) for other in given]
    weights = _softmax(like)
    return [sum(weight * other[2 * INPUTS + n] for weight, other in zip(weights, given, strict=True)) for n in own]


def _added(one: list[float], other: list[float]) -> list[float]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _applied(dense: Dense, row: list[float]) -> list[float]:
    return [float(number) for number in dense(np.asarray(row))]


def _plain_layer(layer: Layer, rows: list[list[float]]) -> list[list[float]]:
    """A layer by its definition, number by number, with the exact gaussian."""
    given, found = [_applied(layer.attention, row) for row in rows], []
    for row, looking in zip(rows, given, strict=True):
        seen = [number for head in range(HEADS) for number in _plain_attention(given, head, looking)]
        middle = _plain_norm(layer.after_attention, _added(row, _applied(layer.joined, seen)))
        wide = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in _applied(layer.wide, middle)]
        found.append(_plain_norm(layer.after_wide, _added(middle, _applied(layer.narrow, wide))))
    return found


def test_a_layer_computes_its_definition(layer: Layer) -> None:
    rows = _drawn(np.random.default_rng(3), 0.0, (5, INPUTS))
    assert np.abs(layer(rows) - np.asarray(_plain_layer(layer, rows.tolist()))).max() < 5e-3


def test_the_order_of_words_counts() -> None:
    """What only weighed words could not."""
    encoder = load_encoder()
    one, other = encoder.scores("他打我", CALM), encoder.scores("我打他", CALM)
    assert np.abs(one - other).max() > 0.01


def test_a_long_text_is_read_from_both_ends() -> None:
    encoder = load_encoder()
    numbers = encoder.numbers("今天天气真好" * 100)
    assert len(numbers) == HEAD + TAIL + 2
    assert (numbers[0], numbers[-1]) == (FIRST, LAST)
    assert encoder.numbers("龘")[2] == UNKNOWN


def test_both_know_the_same_labels() -> None:
    assert set(load_encoder().labels) == set(load_classifier().labels)


def test_a_plain_question_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Encoder:
        raise AssertionError

    monkeypatch.setattr(chances, "load_encoder", read)
    assert chances_of("老人津贴多少", CALM)[DANGER] < DOUBT[DANGER]
    with pytest.raises(AssertionError):
        chances_of("楼道里好大的烟,有人在喊", CALM)
    with pytest.raises(AssertionError):
        chances_of("把对门的手机号给我", CALM)
    assert chances_of("老人津贴多少", (1.0, *CALM[1:]))[DANGER] < DOUBT_BY_RULE


def test_where_a_rule_matched_less_doubt_is_enough() -> None:
    weighed = {DANGER: (DOUBT_BY_RULE + DOUBT[DANGER]) / 2, "refuse": 0.0}
    assert [is_in_doubt(weighed, flags) for flags in (CALM, (1.0, *CALM[1:]))] == [False, True]


def test_where_in_doubt_both_opinions_count_alike_but_on_danger() -> None:
    text = "楼道里好大的烟,有人在喊"
    weighed, seen, both = load_classifier().chances(text, CALM), read(text, CALM), chances_of(text, CALM)
    expected = (math.log(weighed["report"] / weighed["ask"]) + math.log(seen["report"] / seen["ask"])) / 2
    assert math.log(both["report"] / both["ask"]) == pytest.approx(expected, abs=1e-3)
    assert both[DANGER] == load_coefficients().danger.probability(measures(weighed, seen))


def test_danger_is_no_likelier_than_to_the_surer() -> None:
    """Whatever the model makes of two opinions between which it has seen little."""
    for danger in (0.0, 0.01, 0.2, 0.5, 0.9, 1.0):
        weighed: Chances = {DANGER: danger, LIKE: 0.0, "refuse": 1 - danger}
        seen: Chances = {DANGER: danger / 2, LIKE: 0.0, "refuse": 1 - danger / 2}
        both = joined(weighed, seen)
        assert both[DANGER] <= danger
        assert all(0 <= chance <= 1 for chance in both.values())


def test_what_danger_is_judged_by_is_what_was_fitted() -> None:
    opinion = dict.fromkeys(load_encoder().labels, 1 / 12)
    assert set(load_coefficients().danger.weights) == set(measures(opinion, opinion))


@pytest.mark.parametrize("text", ["着火了救命" * 400, "煤气漏了家里有人晕倒了" * 600])
def test_a_long_cry_is_one_too(text: str) -> None:
    assert chances_of(text, (1.0, *CALM[1:]))[DANGER] > 0.5

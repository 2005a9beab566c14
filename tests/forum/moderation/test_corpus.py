"""Three hundred posts, written before the lists: how many of those that should not go out are stopped, and no others.

The lists were tuned on the half ``tune``. Both halves and the lists are of one hand, so that the figures of the half
``report`` say more about what was foreseen than about what strangers will think of; what residents asked elsewhere,
written by others for another purpose, says how often something harmless is stopped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nlp.exposed import shield
from nlp.screen import Action, Screen, build, find
from nlp.screen_words import load_common, load_lists

TESTS = Path(__file__).parents[2]
WORDS = TESTS.parent / "community" / "words"
STOPS = (Action.BLOCK, Action.HOLD)


@dataclass(frozen=True, slots=True)
class Post:
    """One post: what should become of it (``pass``, ``mask``, ``stop``), what it is and how it hides."""

    half: str
    want: str
    kind: str
    trick: str
    text: str


@pytest.fixture(scope="module")
def screen() -> Screen:
    """The lists as shipped."""
    return build(load_lists(WORDS), load_common(WORDS))


def _posts() -> list[Post]:
    lines = (TESTS / "forum/moderation/corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [Post(**json.loads(line)) for line in lines]


def _outcome(text: str, screen: Screen) -> str:
    hits = find(text, screen)
    if any(hit.action in STOPS for hit in hits):
        return "stop"
    return "mask" if hits or shield(text).found else "pass"


def test_the_corpus_is_half_harmless_and_half_kept_for_reporting() -> None:
    posts = _posts()
    assert len(posts) == len({post.text for post in posts}) == 300
    assert Counter(post.want == "pass" for post in posts) == {True: 150, False: 150}
    assert Counter(post.half for post in posts) == {"tune": 150, "report": 150}


@pytest.mark.parametrize("want", ["stop", "mask"])
def test_what_should_not_go_out_is_found_and_little_else(
    want: str, screen: Screen, record_property: Callable[[str, object], None]
) -> None:
    got = Counter((post.want, _outcome(post.text, screen)) for post in _posts() if post.half == "report")
    wanted = sum(count for (right, _), count in got.items() if right == want)
    given = sum(count for (_, found), count in got.items() if found == want)
    precision, recall = got[want, want] / given, got[want, want] / wanted
    record_property("counted", f"{want}: precision {precision:.3f}, recall {recall:.3f} of {wanted}")
    assert precision >= 0.95
    assert recall >= 0.9


@pytest.mark.parametrize(("want", "most_wrong", "least_found"), [("stop", 0.05, 0.8), ("mask", 0.0, 0.9)])
def test_of_posts_written_without_the_lists_as_many_are_found(
    want: str,
    most_wrong: float,
    least_found: float,
    screen: Screen,
    record_property: Callable[[str, object], None],
) -> None:
    """A hundred and twenty more, half harmless, by somebody who had seen neither the lists nor the rules, for reporting
    alone. Nothing was changed after them: the thresholds are what came of the first run."""
    got = Counter((post["want"], _outcome(post["text"], screen)) for post in _blind())
    wanted = sum(count for (right, _), count in got.items() if right == want)
    given = sum(count for (_, found), count in got.items() if found == want)
    precision, recall = got[want, want] / given, got[want, want] / wanted
    record_property("counted", f"{want}: precision {precision:.3f}, recall {recall:.3f} of {wanted}")
    assert 1 - precision <= most_wrong
    assert recall >= least_found


def _blind() -> list[dict[str, str]]:
    lines = (TESTS / "forum/moderation/blind.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_blind_corpus_is_half_harmless_and_repeats_nothing() -> None:
    blind, others = _blind(), {post.text for post in _posts()}
    assert Counter(one["want"] for one in blind) == {"pass": 60, "stop": 40, "mask": 20}
    assert len({one["text"] for one in blind} - others) == 120


def test_what_residents_ask_is_hardly_ever_stopped(
    screen: Screen, record_property: Callable[[str, object], None]
) -> None:
    asked = [
        json.loads(line)["text"]
        for path in sorted((TESTS / "questions").glob("w*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()[::4]
    ]
    stopped = [text for text in asked if _outcome(text, screen) == "stop"]
    record_property("counted", f"{len(stopped)} of {len(asked)} stopped")
    assert len(stopped) / len(asked) <= 0.005

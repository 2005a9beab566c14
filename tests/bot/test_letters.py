"""Every entry of the shipped pack makes a letter that is short and says what it must."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest

from bot import answers, letters, offers
from bot.rendering import plain
from bot.variants import Settled, settle
from casework.snapshots import ShownEntry
from courier.letters import Letter
from models.entry_content import EntryContent, FieldState
from models.wording import say_date
from tests.shipped import pack_at

SHIPPED = Path(__file__).parents[2] / "community" / "packs"
MOST = 600


def entries() -> Iterator[ShownEntry]:
    for path in sorted(SHIPPED.glob("*.yaml")):
        for position, content in enumerate(pack_at(path).entries):
            yield ShownEntry(content.id, content, path.stem, position, None, 1, "", is_stale=False)


ENTRIES = {entry.key: entry for entry in entries()}


def options(content: EntryContent) -> Iterator[Settled]:
    yield Settled({}, 1 if content.variants else 0)
    for option in content.variants[0].options if content.variants else ():
        yield Settled({1: option}, 2 if len(content.variants) > 1 else 0)


def choices(entry: ShownEntry, settled: Settled) -> tuple[str, ...]:
    return answers.labels(answers.condition_offers(entry, settled.open))


@pytest.mark.parametrize("key", ENTRIES)
def test_an_answer_stays_below_600_characters(key: str) -> None:
    entry = ENTRIES[key]
    asked_for = [(), ("fee", "where"), ("materials",), ("amount", "time_limit")]
    for asked, settled in product(asked_for, options(entry.content)):
        letter = letters.full_letter(entry, asked=asked, settled=settled, choices=choices(entry, settled))
        assert len(plain(letter)) <= MOST


@pytest.mark.parametrize("key", ENTRIES)
def test_an_answer_says_its_conclusion_where_to_ring_and_when_it_was_checked(key: str) -> None:
    content = ENTRIES[key].content
    letter = letters.full_letter(ENTRIES[key], asked=(), settled=Settled({}, 0), choices=())
    assert content.summary in letter.text
    assert say_date(content.checked_on) in letter.text
    assert letter.links[0].path == f"/guide/{key}"
    assert content.where.phones[0].number in letter.text


ASKED = [(), *((name,) for name in letters.ASKABLE), *combinations(letters.ASKABLE, 2)]


@pytest.mark.parametrize("key", ENTRIES)
def test_every_letter_of_an_entry_says_where_to_ring_and_when_it_was_checked_however_long(key: str) -> None:
    entry, rating = ENTRIES[key], answers.labels(offers.rating())
    kinds = (letters.full_letter, letters.short_letter, letters.condition_letter)
    said = [
        letter(entry, asked=asked, settled=settled, choices=choices(entry, settled) or rating)
        for letter, asked, settled in product(kinds, ASKED, options(entry.content))
    ]
    said += [
        letters.every_option_letter(entry, variant, asked=asked, choices=rating)
        for variant, asked in product(entry.content.variants, ((), ("amount",)))
    ]
    number, date = entry.content.where.phones[0].number, say_date(entry.content.checked_on)
    assert [one.text for one in said if number not in one.text or date not in one.text] == []


@pytest.mark.parametrize("key", ENTRIES)
def test_the_staff_note_never_reaches_a_resident(key: str) -> None:
    content = ENTRIES[key].content
    letter = letters.full_letter(ENTRIES[key], asked=letters.ASKABLE, settled=Settled({}, 0), choices=())
    assert not content.note or content.note not in letter.text


@pytest.mark.parametrize("key", ENTRIES)
def test_a_sum_that_nobody_verified_is_not_promised(key: str) -> None:
    entry = ENTRIES[key]
    letter = letters.asking_letter(entry, settled=Settled({}, 1), choices=())
    is_verified = entry.content.status["amount"] is not FieldState.NOT_VERIFIED
    assert ("再告诉您准数" in letter.text) == is_verified


@pytest.mark.parametrize("key", ENTRIES)
def test_not_sure_shows_every_option_in_one_short_letter(key: str) -> None:
    for variant in ENTRIES[key].content.variants:
        letter = letters.every_option_letter(ENTRIES[key], variant, asked=(), choices=())
        assert all(option.answer in letter.text for option in variant.options)
        assert len(plain(letter)) <= 900 if len(variant.options) > 10 else MOST


def stale(letter: Letter) -> bool:
    return "复核日期" in letter.text


def test_an_entry_past_its_review_warns() -> None:
    entry = next(iter(ENTRIES.values()))
    past = ShownEntry(entry.key, entry.content, entry.category_slug, 0, None, 1, "", is_stale=True)
    shown = [letters.full_letter(one, asked=(), settled=Settled({}, 0), choices=()) for one in (past, entry)]
    assert [stale(letter) for letter in shown] == [True, False]


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("那多少钱", ("fee",)),
        ("要带几份材料", ("materials",)),
        ("在哪里办", ("where",)),
        ("多久能拿到", ("time_limit",)),
        ("每个月能领多少", ("amount",)),
        ("居住证怎么办", ("steps",)),
        ("谢谢", ()),
    ],
)
def test_the_question_decides_which_field_is_told_first(question: str, fields: tuple[str, ...]) -> None:
    assert letters.asked_fields(question) == fields


ALLOWANCE = ENTRIES["elderly-comprehensive-allowance"].content


def test_an_option_that_ends_it_leaves_nothing_to_ask() -> None:
    settled = settle(ALLOWANCE, texts=("户口不在上海，老人津贴有吗",), known=())
    assert [option.answer for option in settled.options.values()] == ["户口不在上海"]
    assert settled.open == 0


def test_an_option_that_does_not_end_it_leads_to_the_next_question() -> None:
    assert settle(ALLOWANCE, texts=("上海户口的老人津贴",), known=()).open == 2

"""What somebody typed, as it is kept: title and text within their lengths, and the title where none was given."""

from __future__ import annotations

import unicodedata

from courier.parts import shortened
from models.errors import Invalid
from nlp.normalise import clean_input

MOST_TITLE, MOST_TEXT, MOST_REASON = 40, 5_000, 200
TITLE_FROM_TEXT = 25
"""How much of the first line stands as the title of a post that came without one."""


def one_line(typed: str) -> str:
    """What was typed, cleaned and on one line."""
    return " ".join(clean_input(typed).split())


def text_of(typed: str, *, most: int = MOST_TEXT) -> str:
    """The words of a post or reply; Invalid where there are none or too many."""
    found = clean_input(typed)
    if all(unicodedata.category(one)[0] in "CZ" for one in found):
        raise Invalid("post.empty")
    if len(found) > most:
        raise Invalid("post.too_long", most=most)
    return found


def title_of(typed: str) -> str:
    """The title as typed, on one line; '' where there is none."""
    found = one_line(typed)
    if len(found) > MOST_TITLE:
        raise Invalid("post.title_too_long", most=MOST_TITLE)
    return found


def title_from(text: str) -> str:
    """The beginning of the first line, of a text in which numbers are masked already: half of one would be no number
    that is known."""
    return shortened(" ".join(text.splitlines()[0].split()), most=TITLE_FROM_TEXT)


def reason_of(typed: str) -> str:
    """Why something is taken away, on one line."""
    return one_line(typed)[:MOST_REASON]

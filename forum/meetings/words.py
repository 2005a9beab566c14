"""What somebody typed about a meeting, as it is kept: numbers of people masked, within its length."""

from __future__ import annotations

from courier.parts import shortened
from forum.words import one_line
from models.errors import Invalid
from nlp.mask import mask
from nlp.normalise import clean_input

MOST_TITLE, MOST_VENUE, MOST_AGENDA, MOST_MINUTES, MOST_POINT, MOST_WHO = 60, 60, 3_000, 20_000, 300, 60


def line(typed: str, *, most: int, key: str) -> str:
    """Something on one line that must be there."""
    found = mask(one_line(typed)).text
    if not 0 < len(found) <= most:
        raise Invalid(key, most=most)
    return found


def note(typed: str, *, most: int) -> str:
    """Something on one line that may be missing, cut where it is too long."""
    return shortened(mask(one_line(typed)).text, most=most)


def text(typed: str, *, most: int, key: str) -> str:
    """Something in several lines that must be there."""
    found = mask(clean_input(typed).strip()).text
    if not 0 < len(found) <= most:
        raise Invalid(key, most=most)
    return found

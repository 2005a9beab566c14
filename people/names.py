"""The name that neighbours see: whatever somebody chooses, unless it pretends to be an office, or breaks a page.

What somebody is here is said by their roles alone. Look-alikes are judged as what they look like: full width, styled
letters and compatibility characters by Unicode's NFKC (UAX #15), Traditional script by OpenCC, other scripts' letters
and similar characters by the community's own list, marks and whatever is invisible by leaving them out (UTS #39 calls
the result a skeleton).
"""

from __future__ import annotations

import re
import unicodedata

from models.errors import Invalid
from people.name_words import alike, letters_of, words

MOST_WIDTH, MOST_CHARACTERS = 24, 40
"""Twelve Chinese characters or twenty-four Latin letters; the column holds forty code points."""
MOST_DIGITS = 6
_PUNCTUATION = frozenset(" ·•.,、'’-_~!?()&+…♀♂")
_FIRST_WRONG = frozenset("+-.,'_&!?、")
_JOINER, _VARIANT = "\u200d", "\ufe0f"
_INVISIBLE = frozenset("\u00ad\u034f\u180e\u200b\u200c\u2060\u2061\u2062\u2063\u2064\ufeff")
_LINK = re.compile(r"www\.|[a-z0-9]\.(?:com|cn|net|org|cc|top|xyz|vip|info|io|app|shop)(?![a-z])")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2}")
_NUMERALS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "001234567891234567891 2".replace(" ", ""))


def check_shown_name(text: str) -> str:
    """The name as it will be shown; Invalid says what to change."""
    shown = tidy(text)
    if key := problem_of(text):
        raise Invalid(key)
    return shown


def tidy(text: str) -> str:
    """One form of a name: NFKC, single spaces, nothing invisible but what holds an emoji together."""
    plain = unicodedata.normalize("NFKC", "".join(one for one in text if one not in _INVISIBLE))
    kept = [one for at, one in enumerate(plain) if one not in (_JOINER, _VARIANT) or _is_in_emoji(plain, at)]
    return " ".join("".join(kept).split())


def _is_in_emoji(text: str, at: int) -> bool:
    """Whether the character stands after a picture, as the parts of one emoji do."""
    return at > 0 and (_is_picture(text[at - 1]) or text[at - 1] == _VARIANT)


def problem_of(text: str) -> str:
    """The key of what is wrong with a name that somebody chose; '' for none."""
    shown = tidy(text)
    return _shape(text, shown) or _character(shown) or _content(shown) or _between(text)


def _shape(text: str, shown: str) -> str:
    if any(unicodedata.category(one)[0] == "C" and one not in _INVISIBLE and one != _JOINER for one in text):
        return "name.hidden"
    if not any(one.isalnum() or _is_picture(one) for one in shown):
        return "name.empty"
    if _width(shown) > MOST_WIDTH or len(shown) > MOST_CHARACTERS:
        return "name.long"
    return ""


def _width(text: str) -> int:
    """Columns on a screen: two for a wide character, none for a mark."""
    return sum(0 if _is_mark(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _is_mark(one: str) -> bool:
    return unicodedata.category(one) in ("Mn", "Me", "Cf")


def _is_picture(one: str) -> bool:
    return unicodedata.category(one) in ("So", "Sk") and ord(one) > 0xFF


def _character(shown: str) -> str:
    if shown[0] in _FIRST_WRONG or not all(_may_stand(one) for one in shown):
        return "name.character"
    return "name.character" if _MARKS.search(shown) else ""


def _may_stand(one: str) -> bool:
    kind = unicodedata.category(one)
    is_word = kind[0] == "L" or kind in ("Mn", "Mc", "Nd")
    return is_word or one in _PUNCTUATION or one == _JOINER or (_is_picture(one) and one != "\ufffd")


def _content(shown: str) -> str:
    read = alike(_without_marks(shown))
    if _pretends(read):
        return "name.official"
    if re.search(rf"[0-9]{{{MOST_DIGITS + 1}}}", read.translate(_NUMERALS)):
        return "name.number"
    is_advert = _LINK.search(shown.lower()) or re.search("|".join(words().adverts), read)
    return "name.advert" if is_advert else ""


def _between(text: str) -> str:
    """The same with what was put between the characters left out: digits and pictures, circled characters too."""
    for read in (alike(tidy("".join(one for one in text if not _is_picture(one)))), alike(tidy(text))):
        if _pretends("".join(one for one in read if not one.isdigit())):
            return "name.official"
    return ""


def _without_marks(shown: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", shown) if not unicodedata.combining(one))


def _pretends(read: str) -> bool:
    """Whether it looks like an office or like the service itself."""
    listed, bare = words(), read
    for harmless in listed.harmless:
        bare = bare.replace(alike(harmless), " ")
    if read in {alike(one) for one in listed.whole} or any(alike(one) in bare for one in listed.anywhere):
        return True
    letters = letters_of(bare)
    is_whole = letters_of(read) in {letters_of(one) for one in listed.whole if one.isascii()} and not _has_han(read)
    return is_whole or any(letters_of(one) in letters for one in listed.letters)


def _has_han(read: str) -> bool:
    return any("\u4e00" <= one <= "\u9fff" for one in read)

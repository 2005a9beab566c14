"""The words that ``packs check`` goes by (community/words/pack.toml): frames, signs of numbers, certificates."""

from __future__ import annotations

import re
import tomllib
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import Invalid
from models.shape_words import unreadable, why
from nlp.normalise import normalise

_SENTENCE_ENDS = re.compile(r"[。；\n]")
_NOT_A_WORD = re.compile(r"[\W_]+")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Frames(_Shape):
    opening: list[str]
    closing: list[str]
    particles: list[str]


class _Numbers(_Shape):
    patterns: list[str]
    exceptions: list[str]


class _Doubts(_Shape):
    signs: list[str]
    patterns: list[str]


class _Sources(_Shape):
    hosts: list[str]
    statutes: list[str]


class _Certificates(_Shape):
    entry: str
    asked: list[str]
    names: list[str]


class PackWords(_Shape):
    """Everything of the file, with what is compiled from it."""

    frames: _Frames
    numbers: _Numbers
    doubts: _Doubts
    sources: _Sources
    certificates: _Certificates

    @cached_property
    def particles(self) -> re.Pattern[str]:
        """Particles at the end of a text."""
        return re.compile(f"(?:{_any(self.frames.particles)})+$")

    @cached_property
    def frame(self) -> re.Pattern[str]:
        """An opening at the start, or a closing or particle at the end, of a text."""
        closing = _any([*self.frames.closing, *self.frames.particles])
        return re.compile(f"^(?:{_any(self.frames.opening)})|(?:{closing})$")

    @cached_property
    def number(self) -> re.Pattern[str]:
        """What reads as a number."""
        return re.compile("|".join(self.numbers.patterns))

    @cached_property
    def no_number(self) -> re.Pattern[str]:
        """Numbers that may stand anywhere, such as hotlines."""
        return re.compile("|".join(self.numbers.exceptions))

    @cached_property
    def amount(self) -> re.Pattern[str]:
        """Numbers with what they count."""
        return re.compile("|".join(self.doubts.patterns))

    @cached_property
    def certificate(self) -> re.Pattern[str]:
        """How the committee is asked for a paper."""
        return re.compile("|".join(self.certificates.asked))

    def doubtful(self, note: str) -> set[str]:
        """The amounts in those sentences of a note that say that they are not to be relied on."""
        sentences = (one for one in _SENTENCE_ENDS.split(note) if any(sign in one for sign in self.doubts.signs))
        return {found[0] for one in sentences for found in self.amount.finditer(one)}

    def core(self, text: str) -> str:
        """A text without punctuation and without its frames."""
        now = bare(text)
        while now != (shorter := self.frame.sub("", now)):
            now = shorter
        return now

    def frames_of(self, text: str) -> set[str]:
        """The listed frames a text opens or closes with."""
        words = bare(text)
        ending = self.particles.sub("", words)
        opens = {frame for frame in self.frames.opening if words.startswith(frame)}
        closes = {frame for frame in self.frames.closing if words.endswith(frame) or ending.endswith(frame)}
        return opens | closes


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """A text in one width and case, without punctuation."""
    return _NOT_A_WORD.sub("", normalise(text))


def load_pack_words(community: Path) -> PackWords:
    """Read ``words/pack.toml`` of a community folder; Invalid says what is wrong with it."""
    path = community / "words" / "pack.toml"
    try:
        return PackWords.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid("packs.unreadable", file=path.name, why=unreadable(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid("packs.bad_words", file=path.name, at=".".join(map(str, first["loc"])), why=why(first)) from error

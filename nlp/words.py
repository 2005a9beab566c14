"""Loads the word lists that staff may edit (`community/words/*.toml`) and says clearly what is wrong with one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp.normalise import normalise
from nlp.patterns import PatternInvalid, Rule, compile_all
from nlp.sounds import Sounds

WordList = list[str]
Groups = dict[str, list[str]]


class WordsInvalid(ValueError):
    """A word file that is missing, is not TOML, or says something unknown; the message names the file and the key."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _DomainFile(_Shape):
    words: WordList


class _RewriteFile(_Shape):
    wrong_names: dict[str, str]
    shanghainese: dict[str, str]
    heard: WordList = []


class _AddressFile(_Shape):
    numerals: str
    units: WordList


class _FunctionFile(_Shape):
    question: WordList
    stop: WordList


class _TopicShape(_Shape):
    name: str
    asked: WordList


class _ElsewhereFile(_Shape):
    topics: list[_TopicShape]


class _RuleShape(_Shape):
    whole: WordList = []
    patterns: WordList = []
    unless: WordList = []


class _KindShape(_RuleShape):
    kind: str
    call: str


class _EmergencyFile(_Shape):
    groups: Groups
    never: WordList
    asking: WordList = []
    kinds: list[_KindShape]


class _IntentFile(_Shape):
    groups: Groups
    hand_over: _RuleShape
    report: _RuleShape
    question: _RuleShape
    refuse: _RuleShape
    small_talk: _RuleShape
    stop: _RuleShape
    menu: _RuleShape
    follow_up: _RuleShape


File = TypeVar("File", bound=_Shape)


@dataclass(frozen=True, slots=True)
class Rewrites:
    """Other names and Shanghainese words, each with the standard word used instead."""

    table: Mapping[str, str]
    finder: re.Pattern[str]

    def apply(self, text: str) -> str:
        """Replace every known form in a normalised text, the longest first."""
        return self.finder.sub(lambda found: self.table[found[0]], text)


@dataclass(frozen=True, slots=True)
class EmergencyRule:
    """One kind of emergency: the number to call first and the words that betray it."""

    kind: str
    call: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people ask that the pack does not answer; it competes in ranking so that nothing else wins."""

    name: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the word files say, compiled."""

    domain: frozenset[str]
    rewrites: Rewrites
    sounds: Sounds
    function_words: frozenset[str]
    no_emergency: re.Pattern[str]
    asking: re.Pattern[str]
    """Half a sentence that only asks for something to be done; in a canonical text."""
    emergencies: tuple[EmergencyRule, ...]
    intents: Mapping[str, Rule]
    elsewhere: tuple[Topic, ...]
    place_number: re.Pattern[str]
    """A number that names a building, a floor or a room; in a normalised text."""

    def canonical(self, text: str) -> str:
        """The text normalised, with wrong names, Shanghainese and slips of dictation replaced: what is compared
        everywhere."""
        return self.sounds.apply(self.rewrites.apply(normalise(text)))


def _read(folder: Path, name: str, shape: type[File]) -> File:
    """One file, checked; unknown or missing keys are errors."""
    path = folder / name
    try:
        return shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise WordsInvalid(f"{path}: missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WordsInvalid(f"{path}: {error}") from error
    except ValidationError as error:
        raise WordsInvalid(f"{path}: {_say(error.errors()[0])}") from error


def _say(problem: Any) -> str:
    """One validation problem in a line: where, what, and the value found."""
    place = ".".join(str(step) for step in problem["loc"])
    return f"{place}: {problem['msg']} (found {problem.get('input')!r:.60})"


def _checked(path: Path, name: str, build: Callable[[], Any]) -> Any:
    """Run ``build`` and name file and section when one of its patterns is wrong."""
    try:
        return build()
    except PatternInvalid as error:
        raise WordsInvalid(f"{path}: {name}: {error}") from error


def _rule(shape: _RuleShape, *, groups: Groups, path: Path, name: str) -> Rule:
    """Compile one section of patterns."""
    return _checked(
        path,
        name,
        lambda: Rule(
            whole=compile_all(shape.whole, groups),
            inside=compile_all(shape.patterns, groups),
            unless=compile_all(shape.unless, groups),
        ),
    )


def _rewrites(file: _RewriteFile) -> Rewrites:
    """Both tables as one finder; longer forms win over the shorter ones inside them."""
    table = {normalise(wrong): normalise(right) for wrong, right in (file.shanghainese | file.wrong_names).items()}
    forms = sorted(map(re.escape, table), key=len, reverse=True)
    return Rewrites(table=table, finder=re.compile("|".join(forms) or r"(?!)"))


def _checked_sounds(path: Path, words: WordList) -> Sounds:
    """The words that are listened for; WordsInvalid names one that is too short or too long."""
    try:
        return Sounds.of(map(normalise, words))
    except ValueError as error:
        raise WordsInvalid(f"{path}: heard: {error}") from error


def _emergencies(file: _EmergencyFile, path: Path) -> tuple[EmergencyRule, ...]:
    """The kinds in the order of the file: the first that matches names the emergency."""
    return tuple(
        EmergencyRule(
            kind=kind.kind,
            call=kind.call,
            rule=_rule(kind, groups=file.groups, path=path, name=kind.kind),
        )
        for kind in file.kinds
    )


def _intents(file: _IntentFile, path: Path) -> Mapping[str, Rule]:
    """Every section of the intent file, compiled under its own name."""
    sections = (name for name in type(file).model_fields if name != "groups")
    return {name: _rule(getattr(file, name), groups=file.groups, path=path, name=name) for name in sections}


def _place_number(file: _AddressFile) -> re.Pattern[str]:
    """Digits or numerals that stand before one of the units."""
    numerals, units = re.escape(normalise(file.numerals)), "|".join(map(re.escape, map(normalise, file.units)))
    return re.compile(f"[0-9{numerals}]+(?={units})")


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalise, words))


def load_words(folder: Path) -> Words:
    """Read and compile all word files of a folder; WordsInvalid says which file and key is wrong."""
    function = _read(folder, "function_words.toml", _FunctionFile)
    emergency = _read(folder, "emergency.toml", _EmergencyFile)
    emergency_path = folder / "emergency.toml"
    rewrites = _read(folder, "rewrites.toml", _RewriteFile)
    return Words(
        domain=_set(_read(folder, "domain.toml", _DomainFile).words),
        rewrites=_rewrites(rewrites),
        sounds=_checked_sounds(folder / "rewrites.toml", rewrites.heard),
        function_words=_set(function.question + function.stop),
        no_emergency=_checked(emergency_path, "never", lambda: compile_all(emergency.never, emergency.groups)),
        asking=_checked(emergency_path, "asking", lambda: compile_all(emergency.asking, emergency.groups)),
        emergencies=_emergencies(emergency, emergency_path),
        intents=_intents(_read(folder, "intent.toml", _IntentFile), folder / "intent.toml"),
        elsewhere=tuple(
            Topic(name=topic.name, asked=tuple(topic.asked))
            for topic in _read(folder, "elsewhere.toml", _ElsewhereFile).topics
        ),
        place_number=_place_number(_read(folder, "addresses.toml", _AddressFile)),
    )

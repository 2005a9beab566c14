"""The six refusals: raised anywhere with a key and facts, turned once into a page, a problem or a sentence."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked cannot be done; ``key`` names the sentence, ``facts`` fill its blanks."""

    status = 400

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class NotAllowed(Refusal):
    """The one who asks may not do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or none that the one who asks may see."""

    status = 404


class Invalid(Refusal):
    """What was given cannot be used as it stands."""

    status = 422


class WrongState(Refusal):
    """The thing is not in a state in which this can be done."""

    status = 409


class Taken(Refusal):
    """Somebody else was first."""

    status = 409


class TooMany(Refusal):
    """Too much was asked in too short a time."""

    status = 429

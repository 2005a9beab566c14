"""The table of permissions as people read it: verb, over what it reaches, and for whom; on a page and in docs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.person import RoleName
from models.wording import say
from people.permissions import GUEST, PERMISSIONS, SYSTEM


class Scope(StrEnum):
    """Over what a verb reaches."""

    PLACE = "place"
    OWN = "own"
    SENT = "sent"
    BELOW = "below"
    SHARED = "shared"


_SENT = ("question.", "alarm.")
_OWN = frozenset(
    {
        *("conversation.speak", "conversation.erase", "question.open", "question.add", "question.rate"),
        *("contact.make_code", "contact.bind", "contact.unbind", "login.make_code", "session.revoke"),
        *("session.disown", "password.change", "second_step.enrol", "privacy.read", "privacy.export"),
        *("privacy.delete", "person.choose_name", "badge.show", "badge.withdraw", "household.read"),
        *("household.leave", "household.report", "acting.propose", "acting.agree", "acting.end", "join.ask"),
        *("join.withdraw", "join.vouch", "export.withdraw", "service.strike"),
    }
)
_BELOW = frozenset({"home.count", "person.count", "figures.read", "upkeep.read"})
_SHARED = frozenset({"guide.decide_shared", "guide.import", "guide.publish_import", "guide.publish_worse"})
COLUMNS: tuple[str, ...] = (GUEST, *(role.value for role in RoleName), SYSTEM)


@dataclass(frozen=True, slots=True)
class Line:
    """A verb: its area, what it is in words, its scope, and who may."""

    verb: str
    area: str
    words: str
    scope: Scope
    who: frozenset[str]


def scope_of(verb: str) -> Scope:
    """Over what a verb reaches; mostly the place in which the role is held."""
    if verb in _OWN:
        return Scope.OWN
    if verb in _BELOW:
        return Scope.BELOW
    if verb in _SHARED:
        return Scope.SHARED
    return Scope.SENT if verb.startswith(_SENT) else Scope.PLACE


def lines() -> list[Line]:
    """Every verb, in the order of the table."""
    return [
        Line(
            verb,
            say(f"permission.area.{verb.partition('.')[0]}"),
            say(f"permission.{verb}"),
            scope_of(verb),
            frozenset(map(str, who)),
        )
        for verb, who in PERMISSIONS.items()
    ]


def who_in_words(who: str) -> str:
    """A column's name."""
    return say(f"permission.who.{who}") if who in (GUEST, SYSTEM) else say(f"staff.role.{who}")


def as_markdown() -> str:
    """The whole table, for docs/permissions.md."""
    head = [
        "# Permissions",
        "",
        "Who may do what, and over what it reaches: `people/permissions.py` in words, written here by",
        "`python -m tests.people.write_permissions`. A pair that is not here is denied. Expected by hand:",
        "`tests/permissions.csv`.",
        "",
        f"| verb | what | reaches | {' | '.join(map(who_in_words, COLUMNS))} |",
        f"|{'---|' * (len(COLUMNS) + 3)}",
    ]
    rows = [
        f"| `{one.verb}` | {one.words} | {say(f'permission.scope.{one.scope}')} |"
        f" {' | '.join('✓' if column in one.who else '' for column in COLUMNS)} |"
        for one in lines()
    ]
    return "\n".join([*head, *rows, ""])

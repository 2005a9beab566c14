"""The table of permissions as people read it: verb, over what it reaches, and for whom; on a page and in docs."""

from __future__ import annotations

from dataclasses import dataclass

from models.person import RoleName
from models.wording import say
from people.permission_scopes import Scope, scope_of
from people.permissions import GUEST, KNOWN, PERMISSIONS, SYSTEM

COLUMNS: tuple[str, ...] = (GUEST, KNOWN, *(role.value for role in RoleName), SYSTEM)


@dataclass(frozen=True, slots=True)
class Line:
    """A verb: its area, what it is in words, its scope, and who may."""

    verb: str
    area: str
    words: str
    scope: Scope
    who: frozenset[str]


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
    return say(f"permission.who.{who}") if who in (GUEST, KNOWN, SYSTEM) else say(f"staff.role.{who}")


def as_markdown() -> str:
    """The whole table, for docs/permissions.md."""
    head = [
        "# Permissions",
        "",
        "Who may do what, and over what it reaches: `people/permissions.py` in words, written here by",
        "`python -m tests.people.write_permissions`. A pair that is not here is denied. Expected by hand:",
        "`tests/permissions.csv`.",
        "",
        "What holds the reach: `may()` and `allow()` look at it beside the role (`people/permission_scopes.py`).",
        "What is reached by its place is allowed in the place in which the role is held, and only where that place",
        "is named. What was sent to a desk or a unit is never allowed for lying in a place: the verb looks it up by",
        "whom it was given to, as it does one's own things, and only as long as they hold a role there, or above it,",
        "by which it may be given to them (`people/scope.given_places`). Sums reach what lies below",
        "(`people/scope.neighbourhoods_for`), and nothing else does. Finders of lists ask `may_somewhere`, and then",
        "read rows of their viewer's places only (`people/scope.py`). That each does is walked by `tests/walk`, from",
        "the same and from another neighbourhood. A moderator who is kept to some boards reviews these alone",
        "(`may_on`); who may post, read and answer on a board is said by its kind besides (`forum/boards`), and a",
        "private question is seen by who asked and the officials its board names.",
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

"""The table of permissions in words: every verb has a sentence and a scope, and the docs are as the code is."""

from __future__ import annotations

from models.person import RoleName
from models.wording import knows
from people.permission_scopes import Scope, scope_of
from people.permission_table import as_markdown, lines
from people.permissions import PERMISSIONS
from tests.people.write_permissions import DOC


def test_every_verb_and_role_has_words() -> None:
    assert [one.verb for one in lines()] == list(PERMISSIONS)
    for role in RoleName:
        assert knows(f"staff.role.{role}")
        assert knows(f"staff.role_about.{role}")


def test_the_docs_say_what_the_table_says() -> None:
    again = "docs/permissions.md is old: run python -m tests.people.write_permissions"
    assert DOC.read_text(encoding="utf-8") == as_markdown(), again


def test_observers_read_sums_below_and_their_own_account_only() -> None:
    for verb, who in PERMISSIONS.items():
        if RoleName.DISTRICT_OBSERVER in who:
            assert scope_of(verb) in (Scope.BELOW, Scope.OWN) or verb in {"guide.read", "duty.read"}, verb

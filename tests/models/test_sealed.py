"""Sealed text: unreadable without the key, also after the key was replaced, and refused when somebody changed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.errors import Invalid
from models.sealed import seal, unseal, use_secrets


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    """Keys for each test; the ones tests share come back afterwards."""
    use_secrets("the first secret, long enough")
    yield
    use_secrets("a secret for tests only, never in service")


def test_sealed_text_opens_again_and_shows_nothing() -> None:
    token = seal("王阿姨住 3-501")
    assert "501" not in token
    assert unseal(token) == "王阿姨住 3-501"


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    assert seal("x") != seal("x")


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    old = seal("x")
    use_secrets("a new secret, long enough", "the first secret, long enough")
    assert unseal(old) == "x"
    new = seal("y")
    use_secrets("a new secret, long enough")
    assert unseal(new) == "y"


def test_another_key_does_not_open() -> None:
    token = seal("x")
    use_secrets("quite another secret, long enough")
    with pytest.raises(Invalid, match=r"sealed\.unreadable"):
        unseal(token)


def test_a_changed_token_is_refused() -> None:
    token = seal("x")
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    with pytest.raises(Invalid):
        unseal(changed)

"""Setting up from nothing but Python, against an index of our own on this machine."""

from __future__ import annotations

import base64
import hashlib
import platform
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from app.bootstrap import INDEX_SETTINGS, UV_VERSION, UV_WHEELS, CannotSetUp, checked, index_url, is_ready, set_up

HERE = (platform.system(), platform.machine())
NAME = f"uv-{UV_VERSION}-py3-none-any.whl"
# Stands for uv: writes down what it was asked, and makes a Python where one is wanted.
ASKED_UV = f"""#!/bin/sh
echo "$*" >> asked
if [ "$1" = venv ]; then mkdir -p .venv/bin && ln -sf {sys.executable} .venv/bin/python; fi
"""


def _wheel() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"uv-{UV_VERSION}.data/scripts/uv", ASKED_UV)
    return packed.getvalue()


@dataclass
class Index:
    """A package index with one wheel, that asks for a name and password."""

    wheel: bytes
    url: str = ""
    paths: list[str] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Give the page of links or the wheel."""
        self.paths.append(request.path)
        wanted = "Basic " + base64.b64encode(b"li:p@ss").decode()
        known = request.headers.get("Authorization") == wanted
        page = f'<a href="../../files/{NAME}#sha256=x">{NAME}</a>'.encode()
        request.send_response(200 if known else 401)
        request.end_headers()
        request.wfile.write(self.wheel if request.path.startswith("/files/") else page)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    here = Index(_wheel())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        here.url = f"http://li:p%40ss@127.0.0.1:{server.server_port}/simple"
        monkeypatch.setenv("UV_DEFAULT_INDEX", here.url)
        yield here
        server.shutdown()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    for name in ("uv.lock", "pyproject.toml", "app/bootstrap.py"):
        (tmp_path / name).write_text(name)
    return tmp_path


def _pinned(content: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    return {HERE: (NAME, hashlib.sha256(content).hexdigest())}


def _asked(root: Path) -> list[str]:
    return [line.split()[0] for line in (root / "asked").read_text().splitlines()]


def test_uv_is_fetched_from_the_index_that_is_set_and_installs_there(index: Index, root: Path) -> None:
    set_up(root, what="run", wheels=_pinned(index.wheel))
    assert index.paths == ["/simple/uv/", f"/files/{NAME}"]
    assert _asked(root) == ["venv", "export", "pip"]


def test_a_wheel_that_is_not_the_pinned_one_is_refused_and_not_kept(index: Index, root: Path) -> None:
    with pytest.raises(CannotSetUp, match="not the file that was pinned"):
        set_up(root, what="run", wheels=_pinned(b"another"))
    assert not list((root / ".venv-tools").glob("uv*"))


def test_nothing_is_done_twice_until_the_lock_changes(index: Index, root: Path) -> None:
    for _ in range(2):
        set_up(root, what="run", wheels=_pinned(index.wheel))
    assert len(_asked(root)) == 3
    (root / "uv.lock").write_text("changed")
    set_up(root, what="run", wheels=_pinned(index.wheel))
    assert _asked(root)[3:] == ["export", "pip"]


def test_what_tests_need_is_enough_to_run_but_not_the_other_way_round(index: Index, root: Path) -> None:
    set_up(root, what="run", wheels=_pinned(index.wheel))
    assert not is_ready(root, what="all")
    set_up(root, what="all", wheels=_pinned(index.wheel))
    (root / ".venv" / "installed-run").unlink()
    assert is_ready(root, what="run")


def test_an_unreachable_index_is_one_clear_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(CannotSetUp, match=r"cannot fetch http://127\.0\.0\.1:9/simple/uv/"):
        set_up(root, what="run")


def test_an_unknown_system_is_named(index: Index, root: Path) -> None:
    with pytest.raises(CannotSetUp, match=platform.machine()):
        set_up(root, what="run", wheels={})


@pytest.mark.parametrize("name", INDEX_SETTINGS)
def test_the_index_is_taken_from_the_usual_settings(name: str) -> None:
    assert index_url({name: "https://mirror.invalid/simple/"}) == "https://mirror.invalid/simple"


def test_without_any_setting_the_index_is_pypi(tmp_path: Path) -> None:
    assert index_url({"HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}) == "https://pypi.org/simple"


def test_the_pins_are_whole() -> None:
    for name, sha256 in UV_WHEELS.values():
        assert name.startswith(f"uv-{UV_VERSION}-")
        assert len(bytes.fromhex(sha256)) == 32


def test_content_with_the_pinned_hash_passes() -> None:
    assert checked(b"x", sha256=hashlib.sha256(b"x").hexdigest(), name="x") == b"x"

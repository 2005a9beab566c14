"""The command line: every command explains itself, and what staff need is done by it."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest

from app.cli import main, parser
from app.settings import QUESTIONS, ROOT, Settings
from casework.pack_files import Pack, read_yaml, write_yaml
from models.database import connected
from models.errors import Invalid
from models.wording import knows, sentences
from people.login import sign_in
from people.places import place_by_slug
from people.viewers import Viewer
from tests.people.tampering import tamper

PACK = Path(__file__).parents[1] / "conversations" / "packs"


def _commands(given: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with the function it runs."""
    if name := given.get_default("run"):
        yield words, name
    for action in given._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from _commands(below, (*words, word))


COMMANDS = dict(_commands(parser()))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_exists(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert "usage: python -m app " + " ".join(words) in capsys.readouterr().out
    module, _, function = COMMANDS[words].partition(".")
    assert callable(getattr(import_module(f"app.commands.{module}"), function))


def test_operators_read_of_every_command_and_setting() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [words for words in COMMANDS if f"`{' '.join(words)}" not in page] == []
    assert [name for name in Settings.model_fields if f"`MULIN_{name.upper()}`" not in page] == []


def test_every_command_of_the_makefile_exists() -> None:
    used = {line.split("$(MULIN) ")[1].split()[0] for line in _recipes() if "$(MULIN) " in line}
    assert "run" in used
    assert used <= {words[0] for words in COMMANDS}


def _recipes() -> list[str]:
    return (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("words", [[], ["nonsense"], ["serve", "--port", "70000"], ["serve", "--port", "x"], ["packs"]])
def test_a_wrong_word_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: python -m app" in capsys.readouterr().err


def _type(line: str, *, into: pytest.MonkeyPatch) -> None:
    into.setattr("sys.stdin", StringIO(f"{line}\n"))


def _add_place() -> None:
    assert main(["place", "add", "street", "--name", "一个街道", "--level", "subdistrict"]) == 0
    assert main(["place", "add", "demo", "--name", "一个居委会", "--above", "street", "--phone", "021-5550-0100"]) == 0


async def _signed_in(url: str) -> Viewer:
    async with connected(url):
        return (await sign_in(username="chen", password="a long password"))[1]


def test_staff_are_added_by_an_operator_and_can_sign_in(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_place()
    _type("a long password", into=monkeypatch)
    assert main(["user", "add", "chen", "--name", "小陈", "--place", "demo"]) == 0
    assert main(["user", "grant", "chen", "secretary", "--place", "demo"]) == 0
    assert {held.role for held in asyncio.run(_signed_in(installation)).roles} == {"worker", "secretary"}


def test_a_lost_second_step_is_cleared_by_an_operator(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_place()
    _type("a long password", into=monkeypatch)
    main(["user", "add", "chen", "--name", "小陈", "--place", "demo"])
    assert main(["user", "reset_second_step", "chen"]) == 0
    assert main(["user", "reset_second_step", "nobody"]) == 1


async def _phone(url: str) -> str:
    async with connected(url):
        return (await place_by_slug("demo")).phone


def test_a_committees_phone_is_corrected_and_the_rest_stays(installation: str) -> None:
    _add_place()
    assert main(["place", "change", "demo", "--phone", "021-5550-0199"]) == 0
    assert asyncio.run(_phone(installation)) == "021-5550-0199"
    assert main(["place", "change", "demo"]) == 2
    assert main(["place", "change", "nowhere", "--phone", "1"]) == 1


async def _signs_in(url: str, password: str) -> bool:
    async with connected(url):
        try:
            await sign_in(username="chen", password=password)
        except Invalid:
            return False
        return True


def test_a_forgotten_password_is_replaced_by_an_operator(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_place()
    for words in (["user", "add", "chen", "--name", "小陈", "--place", "demo"], ["user", "password", "chen"]):
        _type(f"a long password for {words[1]}", into=monkeypatch)
        assert main(words) == 0
    assert not asyncio.run(_signs_in(installation, "a long password for add"))
    assert asyncio.run(_signs_in(installation, "a long password for password"))


@pytest.mark.parametrize("words", [["deactivate", "chen"], ["revoke", "chen", "worker", "--place", "demo"]])
def test_somebody_who_left_signs_in_no_more(
    installation: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_place()
    _type("a long password", into=monkeypatch)
    assert main(["user", "add", "chen", "--name", "小陈", "--place", "demo"]) == 0
    assert main(["user", *words]) == 0
    assert not asyncio.run(_signs_in(installation, "a long password"))


def test_somebody_who_came_back_signs_in_again(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_place()
    _type("a long password", into=monkeypatch)
    assert main(["user", "add", "chen", "--name", "小陈", "--place", "demo"]) == 0
    assert main(["user", "deactivate", "chen"]) == 0
    for code in (0, 1):
        _type("another long password", into=monkeypatch)
        assert main(["user", "reactivate", "chen"]) == code
    assert asyncio.run(_signs_in(installation, "another long password"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "chen", "--name", "小陈", "--place", "nowhere"], "refusals.place.not_found"),
        (["add", "chen", "--name", "小陈", "--place", "demo", "--role", "king"], "refusals.user.no_such_role"),
        (["grant", "nobody", "worker", "--place", "demo"], "refusals.user.not_found"),
        (["password", "nobody"], "refusals.user.not_found"),
        (["deactivate", "nobody"], "refusals.user.not_found"),
        (["reactivate", "nobody"], "refusals.user.not_found"),
    ],
)
@pytest.mark.databases("sqlite")
def test_what_cannot_be_done_to_staff_is_one_line(
    installation: str, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_place()
    assert main(["user", *words]) == 1
    err = capsys.readouterr().err.splitlines()
    assert knows(sentence)
    assert sentences()[sentence].partition("{")[0] in err[-1]


def test_a_short_password_and_a_taken_name_are_refused(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _add_place()
    for password, code in (("short", 1), ("a long password", 0), ("a long password", 1)):
        _type(password, into=monkeypatch)
        assert main(["user", "add", "chen", "--name", "小陈", "--place", "demo"]) == code


@pytest.mark.parametrize("target", ["packs", "packs.csv", "packs.xlsx"])
def test_packs_go_in_and_come_out_the_same(
    installation: str, tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["packs", "import", str(PACK), "--publish", "--yes"]) == 0
    assert main(["packs", "export", str(tmp_path / target)]) == 0
    assert main(["packs", "import", "--dry-run", str(tmp_path / target)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "nothing to import"


@pytest.mark.databases("sqlite")
def test_nothing_is_published_where_nobody_can_be_asked(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "import", str(PACK), "--publish"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["packs", "import", "--dry-run", str(PACK)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" entries would change")


def test_what_answers_published_questions_worse_is_imported_only_with_a_reason(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = read_yaml(min(PACK.glob("*.yaml"))).entries[:2]
    thief = first.model_copy(update={"phrasings": [*first.phrasings, *second.sample_questions]})
    path = tmp_path / "thief.yaml"
    path.write_text(write_yaml(Pack(thief.category, "any", (thief,))), encoding="utf-8")
    publish = ["packs", "import", str(path), "--publish", "--yes"]
    assert main(["packs", "import", str(PACK), "--publish", "--yes"]) == 0
    for words in (publish, [*publish, "--dry-run"], [*publish, "--despite", " "]):
        capsys.readouterr()
        assert main(words) == 1
        shown = capsys.readouterr()
        assert f"worse   {second.id} {second.sample_questions[0]}: " in shown.out
        assert "--despite" in shown.err
    assert main([*publish, "--despite", "two matters became one"]) == 0
    assert main([*publish, "--dry-run"]) == 0


@pytest.mark.databases("sqlite")
def test_who_imports_may_be_named_and_then_cannot_publish(
    installation: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["place", "add", "demo", "--name", "试点居委"]) == 0
    _type("correct horse battery staple", into=monkeypatch)
    assert main(["user", "add", "admin", "--name", "管理员", "--place", "demo", "--role", "admin"]) == 0
    assert main(["packs", "import", "--by", "nobody", str(PACK)]) == 1
    assert "nobody" in capsys.readouterr().err
    assert main(["packs", "import", "--by", "admin", "--publish", "--yes", str(PACK)]) == 1
    assert main(["packs", "import", "--by", "admin", str(PACK)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" entries left as drafts")


@pytest.mark.databases("sqlite")
def test_a_dry_run_only_shows_what_would_change(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["packs", "import", "--dry-run", str(PACK)]) == 0
        shown = capsys.readouterr().out.splitlines()
        assert shown[-1].endswith(" entries would change")
        assert all(line.startswith("new") for line in shown[:-1])


def test_the_shipped_packs_and_questions_pass_their_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "check"]) == 0
    assert capsys.readouterr().out.splitlines() == ["no problems"]


def test_packs_are_held_against_the_test_questions_without_being_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = json.loads((QUESTIONS / "w1.jsonl").read_text(encoding="utf-8").splitlines()[0])
    text = (ROOT / "community" / "packs" / "elderly-care.yaml").read_text(encoding="utf-8")
    (tmp_path / "near.yaml").write_text(text.replace("  - 百岁老人政府发多少\n", f"  - {question['text']}\n"), "utf-8")
    assert main(["packs", "check", str(tmp_path)]) == 1
    near = [line for line in capsys.readouterr().out.splitlines() if question["id"] in line]
    assert [line.split(":")[0] for line in near] == ["near.yaml elderly-comprehensive-allowance phrasings"]


def test_a_wrong_pack_is_told_by_file_and_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wrong.yaml").write_text("category: 甲\nslug: a\nentries: [{id: one}]\n", encoding="utf-8")
    assert main(["packs", "check", str(tmp_path)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("wrong.yaml one ")
    assert shown[-1] == f"{len(shown) - 1} problems"


async def _damage(url: str) -> None:
    async with connected(url):
        await tamper("DELETE FROM audit_line WHERE number=2")


def test_a_broken_audit_log_is_told_by_its_first_broken_line(
    installation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_place()
    assert main(["audit", "check"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("the audit log is whole, up to ")
    assert main(["audit", "check", "--anchor", said.rpartition(" ")[2]]) == 0
    assert main(["audit", "check", "--anchor", "nothing"]) == 1
    asyncio.run(_damage(installation))
    _add_place_more()
    capsys.readouterr()
    assert main(["audit", "check"]) == 1
    assert capsys.readouterr().out.splitlines() == ["the audit log is broken at line 2"]


def _add_place_more() -> None:
    assert main(["place", "add", "more", "--name", "又一个居委会"]) == 0


def _sheet(path: Path, *, phone: str) -> str:
    lines = ["小区,楼栋,室号,姓名,与房屋关系,手机", f"示范一村,1号楼,101,王示范,业主,{phone}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_homes_and_people_come_in_from_spreadsheets(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_place()
    assert main(["homes", "template", str(tmp_path / "homes.xlsx")]) == 0
    capsys.readouterr()
    for words, code, said in (
        ([str(tmp_path / "homes.xlsx"), "--dry-run"], 0, "people: 1 would be new, 0 changed, 0 unchanged"),
        ([_sheet(tmp_path / "a.csv", phone="138")], 1, "people: 0 would be new, 0 changed, 0 unchanged"),
        ([str(tmp_path / "homes.xlsx")], 0, "people: 1 new, 0 changed, 0 unchanged"),
        ([str(tmp_path / "homes.xlsx")], 0, "people: 0 new, 0 changed, 1 unchanged"),
    ):
        assert main(["homes", "import", *words, "--place", "demo"]) == code
        assert said in capsys.readouterr().out.splitlines()
    assert main(["homes", "import", "nothing.xlsx", "--place", "demo"]) == 2


@pytest.mark.databases("sqlite")
def test_every_problem_of_a_spreadsheet_is_a_line(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_place()
    capsys.readouterr()
    assert main(["homes", "import", _sheet(tmp_path / "a.csv", phone="138"), "--place", "demo"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("CSV 文件 2 手机: ")
    assert said[1] == "1 problems; nothing was imported"


@pytest.mark.databases("sqlite")
def test_letters_without_a_name_are_a_wrong_use(installation: str, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("replay", "drop"):
        assert main(["letters", verb]) == 2
        assert "--all" in capsys.readouterr().err
    assert main(["letters", "replay", "--all"]) == 0


@pytest.mark.databases("sqlite")
def test_places_come_in_from_a_spreadsheet(
    installation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_place()
    path = str(tmp_path / "places.xlsx")
    assert main(["place", "template", path]) == 0
    capsys.readouterr()
    for words, said in ((["--dry-run"], "3 would be new"), ([], "3 new"), ([], "0 new")):
        assert main(["place", "import", path, *words]) == 0
        assert said in capsys.readouterr().out
    wrong = tmp_path / "places.csv"
    wrong.write_text("级别,简称,名称\n省,sheng,演示省", encoding="utf-8")
    assert main(["place", "import", str(wrong)]) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("2 级别: ")

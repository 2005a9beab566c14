"""The command line of operators: what to type, and one clear line when it cannot be done."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import loop
from app.commands import Command
from app.problems import Stops
from app.settings import Settings, load_settings
from models.errors import Refusal
from models.wording import say_refusal

FAILED = 1


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(prog="python -m app", description="Mulin: answers residents and passes on to people.")
    kinds = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _service_commands(kinds)
    _channel_commands(kinds)
    _talk_commands(kinds)
    _database_commands(kinds)
    _pack_commands(kinds)
    _place_commands(kinds)
    _home_commands(kinds)
    _user_commands(kinds)
    _audit_commands(kinds)
    _key_commands(kinds)
    _letter_commands(kinds)
    return top


def _add(kinds: Any, name: str, *, run: str, about: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = kinds.add_parser(name, help=about, description=about)
    made.set_defaults(run=run)
    return made


def _service_commands(kinds: Any) -> None:
    for name, command, about in (
        ("serve", "running.serve", "Serve web pages, chat and jobs; prints the address once it answers."),
        ("run", "running.run_all", "Migrate, load the packs, make the demo in an empty database, and serve."),
    ):
        made = _add(kinds, name, run=command, about=about)
        made.add_argument("--host", help="address to listen on (setting MULIN_HOST)")
        made.add_argument("--port", type=_port, help="port to listen on, 0 for any free one (setting MULIN_PORT)")
        made.add_argument("--share-port", action="store_true", help="let other processes listen on the same port too")
    _add(kinds, "work", run="running.work", about="Deliver messages and run jobs only, beside processes that serve.")


def _channel_commands(kinds: Any) -> None:
    kind = kinds.add_parser("channels", help="Look after the chat channels.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    about = "Say what is right or wrong with each channel's settings; exit code 1 where something is wrong."
    _add(kind, "check", run="channels.check", about=about)
    _add(kind, "menu", run="channels.menu", about="Put the WeChat account's menu up, over whatever was there.")
    made = _add(kind, "codes", run="channels.codes", about="Draw QR codes of estates, for the WeChat account.")
    made.add_argument("--place", required=True, help="short name of the neighbourhood")
    made.add_argument("--folder", type=Path, default=Path("codes"), help="where to write them (default: codes)")


def _talk_commands(kinds: Any) -> None:
    made = _add(kinds, "chat", run="talking.chat", about="Talk to the bot here in the terminal.")
    made.add_argument("--as", dest="address", default="terminal", metavar="NAME", help="whose conversation it is")
    made = _add(kinds, "ask", run="talking.ask", about="Ask the shipped packs, without a server and without a trace.")
    made.add_argument("question", nargs="?", help="one question")
    made.add_argument("--batch", action="store_true", help='JSON lines {"id", "text", "context"?} on standard input')
    made = _add(kinds, "evaluate", run="measuring.evaluate", about="Measure how well files of questions are answered.")
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help="JSON lines (default: tests/questions)")
    made.add_argument("--half", choices=("tune", "report"), help="only this half of the questions")
    made.add_argument("--failures", type=Path, metavar="FILE", help="where to write what went wrong, for reading")


def _database_commands(kinds: Any) -> None:
    made = _add(kinds, "migrate", run="schema.migrate", about="Bring the database to the present schema.")
    made.add_argument("--make", metavar="NAME", help="write a migration for changed models instead")
    made.add_argument("--check", action="store_true", help="only say whether something is missing (exit code 1)")
    made = _add(kinds, "demo", run="running.make_demo", about="Make the invented demo district in an empty database.")
    made.add_argument("--homes", type=_homes, metavar="N", help="that many invented homes in all, for load tests")
    made.add_argument("--seed", type=int, default=0, help="another seed, other people (default: 0)")


def _pack_commands(kinds: Any) -> None:
    kind = kinds.add_parser("packs", help="Check, import or export the policy packs.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    made = _add(kind, "check", run="packs.check", about="Check pack files and test questions; lists every problem.")
    made.add_argument("folder", nargs="?", type=Path, help="folder of packs (default: that of the community)")
    made.add_argument("--questions", type=Path, help="file or folder of test questions (default: tests/questions)")
    made = _add(kind, "import", run="packs.import_packs", about="Show what files would change, and import them.")
    made.add_argument("source", nargs="?", type=Path, help="folder, or .yaml, .csv or .xlsx (default: the community's)")
    made.add_argument("--publish", action="store_true", help="publish at once instead of leaving drafts")
    made.add_argument("--yes", action="store_true", help="publish without asking; needed where nobody can be asked")
    made.add_argument("--by", metavar="USERNAME", help="the admin who imports: somebody else must then publish")
    made.add_argument(
        "--despite", default="", metavar="REASON", help="publish although published questions are answered worse"
    )
    made.add_argument("--dry-run", action="store_true", help="only show what would change")
    _add(kind, "export", run="packs.export_packs", about="Write what is published as pack files.").add_argument(
        "target", type=Path, help="folder for YAML files, or a file ending in .csv or .xlsx"
    )


def _user_commands(kinds: Any) -> None:
    kind = kinds.add_parser("user", help="Add staff and give them roles.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    made = _add(kind, "add", run="users.add_user", about="Add a member of staff; the password is asked for.")
    made.add_argument("username", help="the name they sign in with")
    made.add_argument("--name", required=True, help="their name as residents see it")
    made.add_argument("--place", required=True, help="short name of their place")
    made.add_argument("--role", default="worker", help="what they are there (default: worker)")
    for name, about in (("grant", "Give somebody another role."), ("revoke", "Take a role from somebody.")):
        made = _add(kind, name, run=f"users.{name}", about=about)
        made.add_argument("username", help="the name they sign in with")
        made.add_argument("role", help="what they are to be, such as worker; docs/permissions.md lists every role")
        made.add_argument("--place", required=True, help="short name of the place")
    for name, about in (
        ("password", "Give somebody a new password, which is asked for, and sign them out everywhere."),
        ("reset_second_step", "Clear the second step of somebody who lost telephone and recovery codes."),
        ("deactivate", "Let somebody who has left sign in no more, and sign them out everywhere."),
        ("reactivate", "Let somebody who came back sign in again, with a new password, which is asked for."),
    ):
        made = _add(kind, name, run=f"users.{name}", about=about)
        made.add_argument("username", help="the name they sign in with")


def _audit_commands(kinds: Any) -> None:
    kind = kinds.add_parser("audit", help="Look after the audit log.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    about = "Walk the audit log's chain; exit code 1 names the first broken line."
    made = _add(kind, "check", run="audit.check", about=about)
    made.add_argument(
        "--anchor", action="append", default=[], metavar="NUMBER:HASH", help="what an earlier check said it was up to"
    )


def _key_commands(kinds: Any) -> None:
    kind = kinds.add_parser("keys", help="Replace the secret key.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    about = "Seal everything anew with the first key; may be killed and run again, and the service may run meanwhile."
    _add(kind, "rotate", run="keys.rotate", about=about)
    about = "Say whether the first key opens everything by itself (exit code 1: not yet)."
    _add(kind, "check", run="keys.check", about=about)


def _letter_commands(kinds: Any) -> None:
    kind = kinds.add_parser("letters", help="Messages that did not arrive.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    _add(kind, "list", run="letters.show", about="List messages that did not arrive or could not be worked.")
    for name, about in (("replay", "Try messages again."), ("drop", "Try messages no more.")):
        made = _add(kind, name, run=f"letters.{name}", about=about)
        made.add_argument("names", nargs="*", metavar="NAME", help="as listed, such as out-12")
        made.add_argument("--all", action="store_true", help="every one that is listed")


def _place_commands(kinds: Any) -> None:
    kind = kinds.add_parser("place", help="Add neighbourhoods and what stands above them.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    made = _add(kind, "add", run="places.add_place", about="Add a place.")
    made.add_argument("slug", help="its short name in settings and commands")
    made.add_argument("--name", required=True, help="its name as residents see it")
    made.add_argument("--level", choices=("neighbourhood", "subdistrict", "district"), default="neighbourhood")
    made.add_argument("--above", metavar="SLUG", help="short name of the place above it")
    for fact in ("address", "hours", "phone"):
        made.add_argument(f"--{fact}", default="", help=f"its {fact}, as residents see it")
    made = _add(kind, "change", run="places.change_place", about="Correct what residents read of a place.")
    made.add_argument("slug", help="its short name in settings and commands")
    for fact in ("name", "address", "hours", "phone"):
        made.add_argument(f"--{fact}", help=f"its {fact}, as residents see it")
    about = "Look through a spreadsheet of districts, subdistricts and neighbourhoods and take it over whole."
    made = _add(kind, "import", run="places.import_places", about=about)
    made.add_argument("file", type=Path, help="an .xlsx or .csv file of places")
    made.add_argument("--dry-run", action="store_true", help="only list the problems and what would change")
    made = _add(kind, "template", run="places.template", about="Write an empty spreadsheet with every column.")
    made.add_argument("target", type=Path, help="where to write it, ending in .xlsx")


def _home_commands(kinds: Any) -> None:
    kind = kinds.add_parser("homes", help="Homes, and who lives in them.").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    made = _add(kind, "import", run="homes.import_homes", about="Look through a spreadsheet and take it over whole.")
    made.add_argument("file", type=Path, help="an .xlsx or .csv file of homes, people or both")
    made.add_argument("--place", required=True, help="short name of the neighbourhood")
    made.add_argument("--dry-run", action="store_true", help="only list the problems and what would change")
    made = _add(kind, "template", run="homes.template", about="Write an empty spreadsheet with every column.")
    made.add_argument("target", type=Path, help="where to write it, ending in .xlsx")


def _port(text: str) -> int:
    return _number(text, most=65535)


def _homes(text: str) -> int:
    return _number(text, most=1_000_000)


def _number(text: str, *, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise argparse.ArgumentTypeError(f"must be 0 to {most}")
    return int(text)


def main(words: Sequence[str]) -> int:
    """Run one command; gives the exit code."""
    given = parser().parse_args(words)
    try:
        settings = _settings(given)
        return loop.run(_command(given.run)(given, settings))
    except Stops as problem:
        return _stop(str(problem), code=problem.code)
    except Refusal as refusal:
        return _stop(_refused(refusal), code=FAILED)
    except KeyboardInterrupt:
        return _stop("stopped", code=FAILED)
    except Exception as error:  # noqa: BLE001 - the last line of the command line: whatever it is, one line says so.
        return _stop(_in_one_line(error), code=FAILED)


def _refused(refusal: Refusal) -> str:
    """The sentence people get, and of what it is said where the sentence does not name it."""
    said = say_refusal(refusal)
    facts = [f"({name}: {fact})" for name, fact in refusal.facts.items() if str(fact) not in said]
    return " ".join([said, *facts])


def _in_one_line(error: Exception) -> str:
    """The whole story is for who asks for it."""
    if os.environ.get("MULIN_LOG_LEVEL") == "debug":
        traceback.print_exception(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    said = " ".join(str(error).split())
    return said if isinstance(error, OSError) and said else f"{type(error).__name__}: {said}"


def _command(name: str) -> Command:
    """Loaded only now: --help and a slip in a setting are answered at once."""
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"app.commands.{module}"), function)
    _collect_garbage()
    return found


def _collect_garbage() -> None:
    """From now on, where the start did without; what is loaded by now is never looked through."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _settings(given: argparse.Namespace) -> Settings:
    changes = {name: value for name in ("host", "port") if (value := getattr(given, name, None)) is not None}
    return load_settings(os.environ).model_copy(update=changes)


def _stop(line: str, *, code: int) -> int:
    print(f"mulin: {line}", file=sys.stderr)
    return code

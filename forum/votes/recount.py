"""Recounts a vote from its published ballots. It needs Python 3 and nothing else, and nothing of the service.

    python3 recount.py ballots.json

Prints what it finds and ends with 0 where everything agrees, with 1 where anything does not: a ballot that was changed,
added or taken away, sums that are others, or a signature that is not the service's (checked where the package
``cryptography`` is installed).
"""

import hashlib
import json
import sys


def lines_digest(lines):
    """SHA-256 over the ballots, each a line, sorted."""
    return hashlib.sha256("".join(line + "\n" for line in sorted(lines)).encode()).hexdigest()


def choice_of(text, options, vote):
    """Positions with their points; None of a ballot that the form does not take."""
    points = {}
    try:
        for part in [] if text == "-" else text.split():
            position, _, given = part.partition(":")
            if int(position) in points:
                return None
            points[int(position)] = int(given or "1")
    except ValueError:
        return None
    most = 5 if vote["method"] == "score" else 1
    if any(at not in options or not 0 < given <= most for at, given in points.items()):
        return None
    return points if fits(points, options, vote) else None


def fits(points, options, vote):
    """Whether there are no more options than the method takes, nor more money than there is."""
    method = vote["method"]
    if method == "yes_no":
        return len(points) == 1
    if method == "one":
        return len(points) <= 1
    if method == "several":
        return len(points) <= (vote["most_choices"] or len(options))
    if method == "budget":
        return sum(options[at] or 0 for at in points) <= (vote["budget_fen"] or 0)
    return True


def recount(sheet):
    """Sums out of the ballots alone: the tally by position, how many ballots, how many that cannot be read."""
    vote = sheet["vote"]
    options = {one["position"]: one["cost_fen"] for one in vote["options"]}
    tally = {str(at): [0, 0] for at in options}
    invalid = 0
    for line in sheet["ballots"]:
        head, _, text = line.partition(" ")
        area = 0
        if not vote["is_secret"]:
            shown, _, text = text.partition(" ")
            area = int(shown)
        choice = None if head.startswith("?") else choice_of(text, options, vote)
        if choice is None:
            invalid += 1
            continue
        for at, given in choice.items():
            tally[str(at)][0] += given
            tally[str(at)][1] += given * area
    return {"tally": tally, "ballots": len(sheet["ballots"]), "invalid": invalid}


def signature_is_right(sheet):
    """Whether the service signed this sheet; None where that cannot be checked here."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    body = {name: value for name, value in sheet.items() if name not in ("signature", "ballots")}
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sheet["public_key"])).verify(
            bytes.fromhex(sheet["signature"]), written
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def problems(sheet):
    """Everything that does not agree, in words."""
    counted, found = sheet["counted"], recount(sheet)
    wrong = [
        f"{name}: the sheet says {counted[name]}, the ballots say {found[name]}"
        for name in ("tally", "ballots", "invalid")
        if counted[name] != found[name]
    ]
    if lines_digest(sheet["ballots"]) != counted["ballots_sha256"]:
        wrong.append("the ballots are not those that were counted")
    if counted["took_part"] != found["ballots"]:
        wrong.append(f"{counted['took_part']} voted, and there are {found['ballots']} ballots")
    wrong += [f"the service itself found the {name} changed" for name, whole in sheet["whole"].items() if not whole]
    if signature_is_right(sheet) is False:
        wrong.append("the signature is not right")
    return wrong


def main(path):
    """Recount the file and say what came out."""
    with open(path, encoding="utf-8") as file:
        sheet = json.load(file)
    wrong = problems(sheet)
    print(json.dumps(recount(sheet), ensure_ascii=False))
    print("\n".join(wrong) or "everything agrees")
    if signature_is_right(sheet) is None:
        print("the signature was not checked: the package cryptography is not installed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]) if len(sys.argv) == 2 else 2)

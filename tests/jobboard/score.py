"""Scoring phrasings against what they say: `python -m tests.jobboard.score FILE…` prints the counts and what failed."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from jobboard import drafts, trades, wishes
from jobboard.contracts import KIND_OF_CONTRACT, Contract, Frequency, WorkingTime
from jobboard.folding import fold

TODAY = date(2026, 11, 23)
RIGHT, ASKED, MISSED, WRONG = ORDER = ("right", "asked back", "missed", "silently wrong")  # the best first
_ARTICLE = re.compile(r"^(l|la|le|les) ")
Entry = dict[str, Any]


def place_matches(label: str, wanted: str) -> bool:
    """Tell whether a label ("Saint-Denis (974)", "Paris 11e (75)", "toute la France") is what is called so."""
    wanted = wanted.removesuffix(" Arrondissement")
    name, _, code = label.rpartition(" (")
    names = {fold(label), fold(name or label), fold(code.rstrip(")")), fold(label.removeprefix("toute la "))}
    return fold(wanted) in names


def same_places(got: list[str], wanted: list[str]) -> bool:
    """Tell whether two lists name the same places, in any order."""
    left = list(got)
    for one in wanted:
        found = next((label for label in left if place_matches(label, one)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def claims_of_wish(understood: wishes.Understood) -> Entry:
    """Return what the parser claims to have understood of a wish, in the words of the held-out file."""
    criteria = understood.criteria
    implied = {str(KIND_OF_CONTRACT[contract]) for contract in criteria.contracts}
    return {
        "trades": sorted(fold(trades.by_code(code).masculine) for code in criteria.trades),
        "places": [place.label for place in criteria.places],
        "radius_km": max((place.radius_km or 0 for place in criteria.places), default=0),
        "contracts": sorted(criteria.contracts),
        "excluded_contracts": sorted(criteria.excluded_contracts),
        "kinds": sorted({str(kind) for kind in criteria.kinds} - implied),
        "working_times": sorted(criteria.working_times),
        "frequency": criteria.frequency,
    }


def expected_of_wish(expect: Entry) -> Entry:
    """Return what a wish states in the same form; what it does not state is empty."""
    contracts = expect.get("contracts", [])
    implied = {str(KIND_OF_CONTRACT[Contract(one)]) for one in contracts}
    return {
        "trades": sorted(fold(one) for one in expect.get("trades", [])),
        "places": expect.get("places", []),
        "radius_km": expect.get("radius_km") or 0,
        "contracts": sorted(contracts),
        "excluded_contracts": sorted(expect.get("excluded_contracts", [])),
        "kinds": sorted(set(expect.get("kinds", [])) - implied),
        "working_times": sorted(expect.get("working_times", [])),
        "frequency": expect.get("frequency"),
    }


def same_kind(claimed: Entry, expected: Entry) -> Entry:
    """Return the claims with a contract and the kind that it belongs to taken as the same thing."""
    as_kinds = {str(KIND_OF_CONTRACT[Contract(one)]) for one in claimed["contracts"]} | set(claimed["kinds"])
    wanted = {str(KIND_OF_CONTRACT[Contract(one)]) for one in expected["contracts"]} | set(expected["kinds"])
    if as_kinds == wanted and wanted - {"job"} and not {"cdi", "cdd"} & {*claimed["contracts"], *expected["contracts"]}:
        return {**claimed, "contracts": expected["contracts"], "kinds": expected["kinds"]}
    return claimed


def judge_wish(entry: Entry, expect: Entry) -> str:
    """Score one wish against one acceptable reading."""
    understood = wishes.read_wish(entry["text"], today=TODAY)
    asked = bool(understood.missing or understood.doubts)
    expected = expected_of_wish(expect)
    claimed = same_kind(claims_of_wish(understood), expected)
    differing = [
        name
        for name, value in expected.items()
        if not (same_places(claimed[name], value) if name == "places" else claimed[name] == value)
    ]
    must_ask = bool(entry.get("ask") or entry.get("missing"))
    if not differing:
        return RIGHT if asked or not must_ask else WRONG
    wrong = _wrong_values(claimed, expected, differing)
    if asked:
        return RIGHT if must_ask and not wrong else ASKED
    if must_ask:
        return WRONG
    # A value shown as to be checked is a question about that value, about no other.
    return ASKED if wrong and set(wrong) <= set(understood.checks) else WRONG if wrong else MISSED


def _wrong_values(claimed: Entry, expected: Entry, differing: list[str]) -> list[str]:
    """Return the fields in which something is claimed that was not said; an omission claims nothing."""
    wrong = []
    for name in differing:
        got, wanted = claimed[name], expected[name]
        if name == "places":
            extra = [label for label in got if not any(place_matches(label, one) for one in wanted)]
        elif isinstance(got, list):
            extra = [one for one in got if one not in wanted]
        else:
            extra = [got] if got and got != wanted else []
        if extra:
            wrong.append(name)
    return wrong


def claims_of_deposit(draft: drafts.Draft) -> Entry:
    """Return what the parser claims to have read of a deposit, in the words of the held-out file."""
    return {
        "title": fold(draft.title or ""),
        "employer": fold(draft.employer or ""),
        "place": draft.place.label if draft.place else "",
        "contract": draft.contract,
        "working_time": draft.working_time,
        "closes_on": draft.closes_on.isoformat() if draft.closes_on else None,
        "pay": [draft.pay.minimum, draft.pay.maximum] if draft.pay and draft.pay.minimum else None,
        "trade": fold(trades.by_code(draft.trade).masculine) if draft.trade else "",
    }


def judge_deposit(entry: Entry, expect: Entry) -> str:
    """Score one deposit against one acceptable reading; only what it states, or lacks, is judged."""
    read = drafts.read_offer(entry["text"], subject=entry.get("subject", ""), today=TODAY)
    draft, asked = read.draft, {str(field) for field in read.missing} | {str(doubt.field) for doubt in read.doubts}
    checks = {str(field) for field in read.checks}
    claimed = claims_of_deposit(draft)
    outcomes = []
    for name, wanted in expect.items():
        got = claimed[name]
        if name in ("title", "employer"):
            named = _ARTICLE.sub("", fold(wanted))
            good = named == _ARTICLE.sub("", got) if entry.get("whole") else named in got
        elif name == "trade":
            good = fold(wanted) == got
        elif name == "place":
            good = place_matches(got, wanted)
        elif name == "pay":
            good = got is not None and [one or other for one, other in zip(got, got[::-1], strict=True)] == wanted
        else:
            good = got == wanted
        asks = name in asked or (got and name in checks)
        outcomes.append(RIGHT if good else ASKED if asks else MISSED if not got else WRONG)
    # What the text does not give must not be invented.
    outcomes += [ASKED if name in checks else WRONG for name in entry.get("missing", []) if claimed.get(name)]
    if entry.get("ask") and not asked:
        outcomes.append(WRONG)
    return next((worst for worst in (WRONG, MISSED, ASKED) if worst in outcomes), RIGHT)


def entries_of(path: Path) -> list[Entry]:
    """Return the entries of a file: JSON, or lines of "text | trades | places | what else": contracts ("-cdd": excluded), "20 km", "ask"."""
    if path.suffix == ".json":
        found: list[Entry] = json.loads(path.read_text("utf-8"))
        return found
    lines = path.read_text("utf-8").splitlines()
    entry = _deposit if "deposits" in path.name else _wish
    return [entry(line) for line in lines if line and not line.startswith("#")]


def _wish(line: str) -> Entry:
    text, trade, place, *more = (part.strip() for part in line.split("|"))
    told = more[0].split(", ") if more and more[0] else []
    expect = {
        "trades": [one for one in trade.split("; ") if one],
        "places": [one for one in place.split("; ") if one],
        "contracts": [one for one in told if one in {*map(str, Contract)}],
        "working_times": [one for one in told if one in {*map(str, WorkingTime)}],
        "excluded_contracts": [one[1:] for one in told if one.startswith("-")],
        "radius_km": next((int(one.split()[0]) for one in told if one.endswith(" km")), None),
        "frequency": next((one for one in told if one in {*map(str, Frequency)}), None),
    }
    return {"text": text.replace("\\n", "\n"), "expect": expect, "ask": "ask" in told}


def _deposit(line: str) -> Entry:
    """Return the entry of a line "text | employer | place | what else": "-" is not given, nothing is not judged."""
    text, employer, place, *more = (part.strip() for part in line.split("|"))
    told = dict(part.split("=") for part in more[0].split("; ")) if more and more[0] else {}
    told |= {"employer": employer, "place": place}
    expect = {name: value for name, value in told.items() if value not in ("", "-")}
    missing = [name for name, value in told.items() if value == "-"]
    return {"text": text.replace("\\n", "\n"), "expect": expect, "missing": missing, "whole": True}


def score(path: Path) -> tuple[Counter[str], list[tuple[str, Entry]]]:
    """Score a file, of deposits when its name says so, else of wishes; returns the counts and the entries that failed."""
    judge = judge_deposit if "deposits" in path.name else judge_wish
    counts: Counter[str] = Counter()
    failed = []
    for entry in entries_of(path):
        readings = [entry["expect"], *([entry["or"]] if "or" in entry else [])]
        best = min((judge(entry, expect) for expect in readings), key=ORDER.index)
        counts[best] += 1
        if best != RIGHT:
            failed.append((best, entry))
    return counts, failed


def claims(entry: Entry, *, deposit: bool) -> Entry:
    """Return what the parser claims of an entry and what it would ask: for reading beside what was expected."""
    if deposit:
        read = drafts.read_offer(entry["text"], subject=entry.get("subject", ""), today=TODAY)
        asked = [*map(str, read.missing), *(f"{doubt.field} {list(doubt.options)}" for doubt in read.doubts)]
        asked += [f"{field} to check" for field in read.checks]
        return {**claims_of_deposit(read.draft), "asked": asked}
    understood = wishes.read_wish(entry["text"], today=TODAY)
    asked = [*map(str, understood.missing), *(f"{doubt.kind} {list(doubt.labels)}" for doubt in understood.doubts)]
    asked += [f"{name} to check" for name in understood.checks]
    own = {**claims_of_wish(understood), "keywords": list(understood.criteria.keywords), "asked": asked}
    return {name: value for name, value in own.items() if value}


def main(paths: list[str]) -> int:
    """Print the counts of every file and the entries that failed, the worst first; 0 when none was silently wrong."""
    total: Counter[str] = Counter()
    for path in map(Path, paths):
        counts, failed = score(path)
        total += counts
        print(f"{path.name}: " + ", ".join(f"{counts[what]} {what}" for what in ORDER))
        for outcome, entry in sorted(failed, key=lambda one: -ORDER.index(one[0])):
            print(f"\n== {outcome}: {entry.get('subject', '')}\n{entry['text']}")
            print("   expected:", {name: value for name, value in entry.items() if name not in ("text", "subject")})
            print("   claimed: ", claims(entry, deposit="deposits" in path.name))
    print("\nall: " + ", ".join(f"{total[what]} {what}" for what in ORDER))
    return int(total[WRONG] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

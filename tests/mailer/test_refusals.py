"""Every reason for which something may be refused has its own words: what happened, and what to do now."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobboard.cv_texts import Problem
from jobboard.letters.account import Refusal
from mailer.rendering import Rendered, templates_dir
from tests.mailer import samples

ROOT = Path(__file__).parents[2]
PACKAGES = ("jobboard", "inbound", "mailer", "webapp", "scheduler", "passerelle")
TEXTS = templates_dir() / "refusal" / "_reasons"
# What the places that refuse may tell, by the name under which they tell it.
FACTS: dict[str, str | int] = {"count": 3, "days": 2, "limit": 20, "closed": True, "missing": "date de clôture, lieu"}


def refusals() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the reason of every refusal in the source, with the names of the facts that are told there."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from _refusals_of(node)


def _refusals_of(node: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    told = {keyword.arg or "": keyword.value for keyword in node.keywords}
    if name in ("Refused", "refusal") and node.args:
        reason, names = node.args[0], tuple(sorted(told))
    elif name == "Lifecycle" and "refusal" in told:
        reason, names = told["refusal"], ("state", "step")
    else:
        return
    if isinstance(reason, ast.Constant) and isinstance(reason.value, str):
        yield reason.value, names


# Said with the problem of a document at its end: Refused(f"cv-{problem}").
OF_DOCUMENTS = {(f"cv-{problem}", ()) for problem in Problem}
FOUND = sorted({*refusals(), *OF_DOCUMENTS})


def said(reason: str, names: tuple[str, ...] = (), **facts: str | int) -> Rendered:
    """Return the letter for that reason, as its place would tell the facts."""
    return samples.render(Refusal(reason, {name: FACTS.get(name, "Comptable (H/F)") for name in names} | facts))


@pytest.mark.parametrize("reason", sorted({reason for reason, _ in FOUND}))
def test_every_reason_has_its_words(reason: str) -> None:
    for suffix in ("txt", "html"):
        assert (TEXTS / f"{reason}.{suffix}").exists(), f"write templates/mail/refusal/_reasons/{reason}.{suffix}"
    assert f'"{reason}": _(' in (TEXTS.parent / "_titles.txt").read_text(encoding="utf-8"), (
        f"give {reason} a title in templates/mail/refusal/_titles.txt"
    )


@pytest.mark.parametrize(("reason", "names"), FOUND)
def test_every_place_that_refuses_tells_what_the_words_need(reason: str, names: tuple[str, ...]) -> None:
    mail = said(reason, names)
    body = mail.text.partition("\n-- \n")[0]
    assert 0 < len(mail.subject) <= 70
    assert body.count("\n\n") >= 3, "a greeting, what happened, what it changes, what to do now"
    assert "n’a pas abouti" not in mail.subject


def test_no_words_are_left_without_their_reason() -> None:
    assert {path.stem for path in TEXTS.iterdir()} == {reason for reason, _ in FOUND} | {"_other"}


def test_a_reason_that_is_new_to_us_is_still_said_kindly() -> None:
    mail = said("unheard-of")
    assert mail.subject == "Votre demande n’a pas abouti"
    assert "contact@passerelle.example" in mail.text
    assert "Répondez AIDE" in mail.text.replace("\u00a0", " ")


def test_a_closed_offer_without_its_title_and_an_offer_alone() -> None:
    assert "Cette offre ne reçoit plus de candidatures" in said("offer-closed", title="", employer="").text
    assert "ne présente qu’une offre" in said("no-such-number", count=1).text
    assert "qui porte ce numéro" in said("which-application", count=0).text

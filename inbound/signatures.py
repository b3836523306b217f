"""What stands below somebody's words without being one of them: signature, "Envoyé de mon iPhone", disclaimer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbound.quotations import plain

MAX_SIGNATURE_LINES = 20
MAX_CONTACT_LINES = 12
MAX_CONTACT_WIDTH = 90

_DEVICES = (
    r"(?:iphone|ipad|ipod|mobile|portable|smartphone|téléphone|telephone|phone|tablette|tablet|android|samsung|galaxy"
    r"|huawei|honor|xiaomi|redmi|oppo|pixel|fairphone|blackberry|windows|appareil|device|outlook|yahoo|proton(?:mail)?"
    r"|courrier|mail|gmail|orange|sfr|free|bouygues|la poste|laposte|k-9|thunderbird|tuta|mailo|bluemail|spark|ios)"
)
_SENT_FROM = re.compile(
    rf"(?:envoyé|sent|écrit|expédié)e? (?:de|du|depuis|à partir d(?:e|'un|')|avec|via|from|with|by|using)\b"
    rf"[^.,;:?!<\[(]{{0,60}}\b{_DEVICES}"
    rf"(?: (?:{_DEVICES}|pour|sur|avec|for|on|with|secure|email|app|pro|plus|\d+))*\.?",
    re.IGNORECASE,
)
_GET_OUTLOOK = re.compile(
    r"(?:obtenir|obtenez|télécharger|téléchargez|get|download) (?:outlook|yahoo mail|bluemail|k-9 mail)"
    r"(?: (?:pour|for) [\w .]{1,20})?",
    re.IGNORECASE,
)
_PROVENANCE = re.compile(
    r"provenance ?: courrier pour windows(?: \d+)?|yahoo mail ?: (?:recherchez, organisez, conquérez|search, organize, conquer)",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"(?:veuillez|merci d'|please) ?(?:excuser|excuse) (?:ma|my) (?:brièveté|brevity)\.?|brièveté\.", re.IGNORECASE
)
_MARKED_LINK = re.compile(r"\[([^\[\]]{1,60})\]\(https?://[^\s()]{1,300}\)")
_LINK = re.compile(r" ?[<(\[]?https?://[^\s<>]{1,300}[>)\]]?\.?$")

_DISCLAIMERS = re.compile(
    r"(?:(?:ce|cet|le présent) (?:message|e-?mail|courriel|courrier électronique),?(?: et| ainsi que)? "
    r"(?:ses|toutes|tout|les|l'ensemble|éventuel).{0,60}(?:pièces?|documents?|fichiers?)"
    r"|this (?:e-?mail|message),? (?:and|including|together with) (?:any|its|all).{0,60}(?:attachments?|files)"
    r"|(?:avis|note|clause|mention) de confidentialité\b|confidentiality notice\b"
    r"|(?:p )?(?:avant|pensez à l'environnement avant) d'imprimer(?:,|\.|$| ce| le )"
    r"|n'imprimez (?:ce|cet) (?:message|e-?mail|courriel) que si"
    r"|please consider the environment before"
    r"|(?:garanti )?sans virus ?\.|virus-free ?\.|l'absence de virus dans ce courrier|cet e-?mail a été vérifié par)",
    re.IGNORECASE,
)

_DISCLAIMED = re.compile(
    r"confident|destinat|intended|privileged|recipient|virus|avast|imprime|environn?e?ment", re.IGNORECASE
)

_CLOSING = re.compile(
    r"(?:(?:bien|très|trés) )?(?:cordialement|respectueusement|sincèrement|amicalement|solidairement|cdt|cdlt)"
    r"(?: (?:à vous|vôtre))?[ ,.!]*"
    r"|(?:bien à (?:vous|toi)|(?:avec )?(?:mes |nos )?(?:sincères|meilleures|cordiales|respectueuses) salutations"
    r"|(?:très )?(?:bonne|belle) (?:journée|soirée|semaine|fin de journée)(?: à vous)?|à bientôt)[ ,.!]*"
    r"|(?:(?:best|kind|warm|with kind) )?(?:regards|wishes)|yours (?:sincerely|faithfully)|sincerely",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:\+\d{1,3}[ .]?(?:\(0\))?|\b0)[ .]?\d(?:[ .-]?\d{2}){4}\b")
_CONTACT = re.compile(
    rf"{_PHONE.pattern}|https?://\S|\bwww\.\S|[^\s<>@]{{1,64}}@[^\s<>@]{{1,200}}\.[a-z]|^\d{{5}} [^\W\d]", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:^|[ /])(?:tél|tel|téléphone|phone|mob|mobile|port|portable|fixe|standard|ligne directe|fax|mail|e-mail"
    r"|email|courriel|site|site web|site internet|web|adresse|linkedin|t|m|p)\.?$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Ý][\w'.-]{0,30}(?:,? [A-ZÀ-Ý][\w'.-]{0,30}){1,4}")
_POSTSCRIPT = re.compile(r"p\.? ?-?s\b", re.IGNORECASE)


def cut_signature(lines: Sequence[str]) -> tuple[list[str], list[str], bool]:
    """Return (words, signature, whether all that was cut is lines that programs write by themselves)."""
    words, machine = _cut_machine_lines(lines)
    below: list[str] = []
    for find in (_find_delimiter, _find_disclaimer, _find_contact_block):
        start = find(words)
        if start is not None:
            words, below = words[:start], [*words[start:], *below]
    return words, [*below, *machine], not any(line.strip() for line in below)


def _cut_machine_lines(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Take out the lines that a phone or a mail program adds, wherever they are: some people write below them."""
    words: list[str] = []
    machine: list[str] = []
    skip = False
    for index, line in enumerate(lines):
        if skip:
            machine.append(line)
            skip = False
            continue
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _is_machine_line(plain(line)):
            machine.append(line)
        elif following.strip() and len(line) < 100 and _is_wrapped_machine_line(plain(line), plain(following)):
            machine.append(line)
            skip = True
        else:
            words.append(line)
    return words, machine


def _is_machine_line(line: str) -> bool:
    if not line or len(line) > 420:
        return False
    text = _LINK.sub("", _MARKED_LINK.sub(r"\1", line)).strip(" *_-[]")
    if len(text) > 160:
        return False
    sentence, _, excuse = text.partition(". ")
    return any(shape.fullmatch(sentence) for shape in (_SENT_FROM, _GET_OUTLOOK, _PROVENANCE, _EXCUSE)) and (
        not excuse or _EXCUSE.fullmatch(excuse) is not None
    )


def _is_wrapped_machine_line(line: str, following: str) -> bool:
    """Return whether two lines are one machine line that was wrapped ("… Veuillez excuser ma" / "brièveté.")."""
    begins = line.lower().startswith(("envoyé", "sent", "obtenir", "télécharger", "get"))
    return begins and len(following) < 60 and _is_machine_line(f"{line} {following}")


def _find_delimiter(lines: Sequence[str]) -> int | None:
    """Return the index of the "-- " line that opens a signature (RFC 3676 4.3); a long text below is none."""
    for index, line in enumerate(lines):
        if plain(line) == "--":
            below = sum(1 for other in lines[index + 1 :] if other.strip())
            return index if below <= MAX_SIGNATURE_LINES else None
    return None


def _find_disclaimer(lines: Sequence[str]) -> int | None:
    """Return the index of the first paragraph that is a disclaimer: its opening words and what such texts speak of."""
    for index, line in enumerate(lines):
        starts = index == 0 or _ends_block(lines[index - 1])
        if starts and _DISCLAIMERS.match(plain(line[:300]).lstrip("* ")):
            paragraph = " ".join(other[:400] for other in lines[index : index + 8])
            if _DISCLAIMED.search(paragraph):
                return index
    return None


def _ends_block(line: str) -> bool:
    """Return whether what follows this line is a paragraph of its own: after nothing, a logo or a contact line."""
    text = plain(line).strip("_-*=")
    return not text or re.fullmatch(r"\[[^\[\]]{1,60}\]", text) is not None or _CONTACT.search(text) is not None


def _find_contact_block(lines: Sequence[str]) -> int | None:
    """Return where a closing block of name, telephone and address begins, only when it clearly is one."""
    filled = [index for index, line in enumerate(lines) if line.strip()][-MAX_CONTACT_LINES - 1 :]
    closing = next((index for index in reversed(filled) if _CLOSING.fullmatch(plain(lines[index]))), None)
    if closing is not None:
        block = [index for index in filled if index > closing]
    else:
        block = _last_paragraph(lines, filled)
        if not block or not _NAME.fullmatch(plain(lines[block[0]])):
            return None
    return block[0] if _is_contact_block([plain(lines[index]) for index in block]) else None


def _last_paragraph(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    """Return the indices of the last paragraph's lines, none where it is the only one."""
    paragraph: list[int] = []
    for index in reversed(filled):
        if paragraph and index != paragraph[0] - 1:
            return paragraph
        paragraph.insert(0, index)
    return []


def _is_contact_block(texts: Sequence[str]) -> bool:
    return (
        2 <= len(texts) <= MAX_CONTACT_LINES
        and all(_may_sign(text) for text in texts)
        and any(_CONTACT.search(text) for text in texts)
    )


def _may_sign(text: str) -> bool:
    """Return whether a line may belong to a block of name and address: short, no sentence, no other label."""
    label, colon, value = text.partition(":")
    labelled = colon and not value.startswith("//") and not _LABEL.search(label.strip(" *"))
    return not (
        len(text) > MAX_CONTACT_WIDTH
        or labelled
        or text.endswith(("?", "!", ";"))
        or _POSTSCRIPT.match(text)
        or (text.endswith(".") and len(text.split()) > 6)
    )

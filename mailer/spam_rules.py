"""What SpamAssassin's local rules say of a mail, where Debian's package is installed; no network, no learning."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

TIMEOUT_SECONDS = 60
# Said of every mail that is looked at before any server has carried it.
_NOT_SENT_YET = frozenset(
    {"NO_RELAYS", "NO_RECEIVED", "UNPARSEABLE_RELAY", "ALL_TRUSTED", "MISSING_DATE", "DKIM_SIGNED"}
)
_STATUS = re.compile(r"^X-Spam-Status: \w+, score=(-?\d+\.\d+) required=(\d+\.\d+) tests=(\S*)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """A score, from how much on a mail counts as unwanted, and the rules that met it."""

    score: float
    limit: float
    rules: tuple[str, ...]

    @property
    def is_spam(self) -> bool:
        """Whether it would be set aside."""
        return self.score >= self.limit


def judge(mail: bytes) -> Verdict | None:
    """Return what the rules say, None where the program is not installed or gives no answer in time."""
    program = shutil.which("spamassassin")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "--local", "--exit-code"], input=mail, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return read(done.stdout)


def read(marked: bytes) -> Verdict | None:
    """Return the verdict that stands in a marked mail, None when there is none."""
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", marked.partition(b"\n\n")[0]).decode("utf-8", "replace")
    found = _STATUS.search(unfolded.replace(", ", ",").replace("Yes,", "Yes, ").replace("No,", "No, "))
    if found is None:
        return None
    rules = tuple(one for one in found[3].split(",") if one and one != "none" and one not in _NOT_SENT_YET)
    return Verdict(float(found[1]), float(found[2]), rules)

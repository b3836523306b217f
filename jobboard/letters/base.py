"""What every letter is: a frozen dataclass with one name, used for its kind, templates, golden, column and metric."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from pydantic import TypeAdapter


class Stream(StrEnum):
    """Reputation lane: what leaves in one never waits behind, nor suffers from, what leaves in another."""

    ACCOUNT = "account"
    RELAY = "relay"
    ALERTS = "alerts"
    LETTERS = "letters"


class Letter:
    """What we say. Kinds are append-only, and a field that is added has a default: old stored samples stay readable."""

    kind: ClassVar[str]
    stream: ClassVar[Stream]

    @classmethod
    def sample(cls) -> Self:
        """Return an example with everything in it, for goldens and `/dev/mails`."""
        raise NotImplementedError(cls)  # every kind has one: tests/jobboard/test_letters.py walks them all

    def to_params(self) -> dict[str, Any]:
        """Return the fields as JSON types, for the outbox."""
        params = _adapter(type(self)).dump_python(self, mode="json")
        assert isinstance(params, dict)
        return params


LETTERS: dict[str, type[Letter]] = {}
L = TypeVar("L", bound=Letter)


@dataclass_transform(frozen_default=True)
def letter(*, stream: Stream) -> Callable[[type[L]], type[L]]:
    """Make a frozen dataclass of a letter and register it under its kind."""

    def register(cls: type[L]) -> type[L]:
        made = dataclass(frozen=True)(cls)
        made.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        made.stream = stream
        LETTERS[made.kind] = made
        return made

    return register


def from_params(kind: str, params: dict[str, Any]) -> Letter:
    """Return the letter of that kind with those stored fields; KeyError for a kind that does not exist."""
    made = _adapter(LETTERS[kind]).validate_python(params)
    assert isinstance(made, Letter)
    return made


_ADAPTERS: dict[type[Letter], TypeAdapter[Any]] = {}


def _adapter(cls: type[Letter]) -> TypeAdapter[Any]:
    """Return the codec of a kind, made once: building one costs more than using it."""
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]

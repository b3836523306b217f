"""What we say to people: one frozen dataclass per kind of letter, each module registered by being here."""

from __future__ import annotations

import importlib
import pkgutil

from jobboard.letters.base import LETTERS, Letter, Stream, from_params

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["LETTERS", "Letter", "Stream", "from_params"]

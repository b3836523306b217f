"""`python -m passerelle`: the same command line."""

from __future__ import annotations

from passerelle.cli import main

main()

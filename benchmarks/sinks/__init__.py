"""Receivers for benchmarks: as fast as Python allows, so that what is measured is the sender."""

"""The composition root: command line, supervisor, demo and the table of tasks. Nobody imports it."""

__version__ = "0.1.0"

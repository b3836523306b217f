"""The composition root: command line, supervisor, demo and the table of tasks. Nobody imports it."""

"""The clock: what happens at which hour, exactly once."""

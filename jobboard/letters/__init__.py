"""What we say to people: one frozen dataclass per kind of letter."""

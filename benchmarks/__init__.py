"""One script per claim of speed; each measures its yardstick in the same run, because machines differ and drift."""

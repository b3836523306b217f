"""The door where mail goes out: compose, sign, send, record."""

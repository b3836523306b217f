"""The commands, one module each, loaded when they are called: a door imports only what it needs."""

"""The door where mail comes in: accept, store, say 250; then read, decide, and hand over to the house."""

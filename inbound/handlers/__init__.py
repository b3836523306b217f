"""What each kind of address and each role may ask for: one file of words per role."""

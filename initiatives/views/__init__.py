"""Public pages of initiatives and of everything that joins nouns."""

"""Admin of people, of what keeps others out, and of the tokens of scripts."""

from atlas.accounts.admin import people, signins, tokens

__all__ = ["people", "signins", "tokens"]

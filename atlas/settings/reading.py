"""Values of the environment."""

import os

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off; anything else is refused."""
    text = os.environ.get(name, "").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return text in ("1", "true", "yes", "on") if text else default
    raise ImproperlyConfigured(f"{name}={text!r}: use 1 or 0.")


def env_number(name: str, default: int, least: int = 0) -> int:
    """A whole number from ``least`` on; anything else is refused."""
    text = os.environ.get(name, "").strip() or str(default)
    if text.isascii() and text.isdecimal() and int(text) >= least:
        return int(text)
    raise ImproperlyConfigured(f"{name}={text!r}: use a whole number from {least} on.")

"""Making XML elements: text that XML can hold, attributes only where there is a value."""

import re
from collections.abc import Iterable, Mapping

from lxml import etree

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(value) -> str:
    """The value as text; characters that XML 1.0 cannot hold show as the replacement sign."""
    text = str(value)
    return text if text.isprintable() else ILLEGAL.sub("\ufffd", text)  # mostly nothing to do


def filled(values: Mapping) -> dict[str, str]:
    return {name: clean(value) for name, value in values.items() if value not in (None, "")}


def add(parent, tag: str, values: Mapping | None = None, text: str = ""):
    """A child element; attributes without a value are left out."""
    child = etree.SubElement(parent, tag, filled(values or {}))
    if text:
        child.text = clean(text)
    return child


def narratives(parent, texts: Iterable[tuple[str, str]]) -> None:
    """(language, text), the language empty for the activity's own."""
    for tag, text in texts:
        add(parent, "narrative", {LANG: tag}, text)


def named(parent, tag: str, values: Mapping, text: str):
    """A child element with one narrative."""
    child = add(parent, tag, values)
    narratives(child, [("", text)])
    return child

"""Pictures: one way from a query string to a drawing, a table and the same numbers as data.

A ``Picture`` says what can be asked; its ``read`` takes a ``Search`` (the records the list of the
same query string shows) and gives an ``Insight``: every drawn number as a row with the address of
its records, how many records it is drawn from, and what it leaves out.  ``pictures.pages`` shows
it, ``kit.api.insights`` serves it, ``pictures.files`` makes SVG, PNG and CSV.
"""

from atlas.kit.pictures.reading import (
    Choice,
    Column,
    Insight,
    LeftOut,
    Parameter,
    Picture,
    Search,
    choice,
)

__all__ = [
    "Choice",
    "Column",
    "Insight",
    "LeftOut",
    "Parameter",
    "Picture",
    "Search",
    "choice",
]

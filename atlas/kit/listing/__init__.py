"""A list page: filters with counts, chips, sort, columns and pages over one FilterSet.

The same query string that the API takes gives the same records here; a page differs in two ways: a
parameter it does not know is named and ignored, and a bad value keeps the form, says what is wrong
beside it and shows no records (status 400), as does a page beyond the last (status 404) and an
unknown format (status 406).  ``?format=csv`` gives the records of the page as a file, in its order.
"""

from atlas.kit.listing.pages import OF_PAGES, TABLE, Listing
from atlas.kit.listing.parts import Chip, Column, Facet

__all__ = ["OF_PAGES", "TABLE", "Chip", "Column", "Facet", "Listing"]

"""The read-only REST API: errors, paging, schema and the base of every endpoint.

Only what settings name is imported here, and paging first: Django REST framework looks it up
while its own modules load.
"""

from atlas.kit.api.paging import KeysetPagination
from atlas.kit.api.problems import problem_handler

__all__ = ["KeysetPagination", "problem_handler"]

"""IATI 2.03: activities out (``writing``, ``completeness``) and in."""

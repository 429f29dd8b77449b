"""Formats: how records leave and enter."""

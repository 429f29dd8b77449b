"""The desk towards readers: suggesting."""

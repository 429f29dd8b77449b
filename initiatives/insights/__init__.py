"""What pages, charts and downloads conclude from records; every rule is written at its function."""

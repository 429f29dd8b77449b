"""What the public saw change: noted at commit, read back from history, put into words."""

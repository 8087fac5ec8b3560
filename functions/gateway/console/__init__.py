"""The console: a page on which one sees the system work."""

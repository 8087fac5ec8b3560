"""Sending events through again, building projections anew, and dealing with dead letters."""

"""Alerts for teachers, and their store."""

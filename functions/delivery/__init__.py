"""Delivery of answers to messages and streams."""

"""The sweep over the outbox."""

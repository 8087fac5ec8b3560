"""The gateway: the HTTP API that frontends call."""

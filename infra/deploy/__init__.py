"""Deploying to a cluster with kn and kubectl."""

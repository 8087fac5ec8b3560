"""Tests of the sandbox under real gVisor."""

"""Shared memory of all workers."""

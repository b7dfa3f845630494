"""The roots of every read."""

"""The roots of every change."""

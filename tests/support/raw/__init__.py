"""Requests as bytes on a socket: valid ones of every kind, broken in every way, and what must hold of answers."""

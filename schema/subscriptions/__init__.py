"""Everything that can be subscribed to."""

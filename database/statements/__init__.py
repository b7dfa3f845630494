"""Every statement that readers run, by entity."""

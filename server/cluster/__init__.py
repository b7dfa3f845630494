"""The parts of an installation on many machines, for one: what stands around servers and workers."""

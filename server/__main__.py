"""`python -m server` is `reelgraph`."""

from server.cli import main

main()

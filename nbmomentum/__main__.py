"""`python -m nbmomentum` is the command `nbmomentum`."""

from nbmomentum.cli import main

main()

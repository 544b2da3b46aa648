"""The command `nbmomentum`: the lab, the broker, and a producer and a consumer for two terminals.

    nbmomentum lab                              JupyterLab with the lessons
    nbmomentum produce --game MIA --speed 60    one terminal
    nbmomentum consume                          another one

Commands import what they need when they run, so that `--help` answers at once.
"""

from nbmomentum.cli.app import main

__all__ = ["main"]

"""The composition root: settings, wiring, jobs and the command line; imports everything, imported by nobody."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Before NumPy is loaded: a question's few small products cost four times as much where threads wait for each other."""

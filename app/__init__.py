"""The composition root: settings, wiring, jobs and the command line; imports everything, imported by nobody."""

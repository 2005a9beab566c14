"""Search on boards."""

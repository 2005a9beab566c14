"""Idle items: offered on a post, stood in line for, handed over at a time both agreed to, lent and returned."""

"""Somebody's own data: what is kept, who looked at it, a copy to take along, and an account that goes for good."""

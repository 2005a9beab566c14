"""Who somebody is, what they may do, where, and what was done."""

"""Ledgers (台账): key small matters and outstanding problems, struck off when somebody else has made sure."""

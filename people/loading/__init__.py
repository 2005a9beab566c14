"""Homes and people from a spreadsheet: read, looked through row by row, and taken over all at once."""

"""The council hall: stages, support, amendments, votes on proposals."""

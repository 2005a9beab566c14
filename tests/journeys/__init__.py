"""Stories told through the doors only: real HTTP, a real database, no direct rows."""

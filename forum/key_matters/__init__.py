"""Key small matters (关键小事, 票决制): collected, shortlisted, talked over, voted on, and struck off one by one."""

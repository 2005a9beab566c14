"""What neighbours do together: boards, deliberation, ballots and moderation."""

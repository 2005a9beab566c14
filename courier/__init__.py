"""What comes in and goes out, exactly as often as it should."""

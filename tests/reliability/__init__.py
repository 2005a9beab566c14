"""What stays true when processes are killed: judged from outside, by what arrived."""

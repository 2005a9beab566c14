"""Surveys (问卷): asked of those aimed at, answered once, anonymous or under one's name, counted after the end."""

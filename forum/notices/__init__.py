"""Notices of the committee (公告): for whom, when they go out, who read them; emergencies; what must be published."""

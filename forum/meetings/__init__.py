"""Meetings (听证会, 协调会, 评议会): called, invited to, held, and published as a record that stays."""

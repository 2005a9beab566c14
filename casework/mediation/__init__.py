"""Mediation (调解) from asking for it to the follow-up, and rooms (会商) for hard cases."""

"""The web door: pages and the JSON API."""

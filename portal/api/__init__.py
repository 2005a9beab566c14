"""The JSON API: the same verbs and refusals as the pages, rendered as JSON."""

"""The permission walk: every route and finder, by everybody, against lists kept by hand."""

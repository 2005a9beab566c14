"""One module per page; a page never imports another."""

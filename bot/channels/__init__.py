"""One module per channel; a channel never imports another."""

"""Parts of a page; each gets its view-model and holds no facts."""

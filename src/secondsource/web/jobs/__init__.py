"""Work that takes longer than a page: leased to workers, done once."""

"""Go source into facts: one file at a time, without a look at any other."""

"""Python text into facts, one file at a time."""

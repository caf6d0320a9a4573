"""Tables of what other software knows: names, defaults and limits, each with its source."""

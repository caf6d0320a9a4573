"""Go code, linked: what a name, a type or a call means across files, and which values reach a setting."""

"""What a run found, for people and for programs: one module a format, each a pure function from a RunResult to text."""

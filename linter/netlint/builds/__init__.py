"""Files that say how images are built, into facts: Dockerfiles, and what gives their images a name."""

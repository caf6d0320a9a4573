"""What the subcommands compute; printing is the command line's."""

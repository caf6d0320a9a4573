"""What names, calls and settings mean across Python files."""

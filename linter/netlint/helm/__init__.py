"""Helm charts read without helm: templates, values and what they come to, every scalar with the line that a person would change."""

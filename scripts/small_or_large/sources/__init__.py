"""Readers for what registries really have; each turns one input into rows of text with their line."""

"""Syntax trees before they are run: the whitelist, exits as flags, simpler words for some statements."""

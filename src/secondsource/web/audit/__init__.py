"""The log of what was done by whom, each entry sealed by the one before it."""

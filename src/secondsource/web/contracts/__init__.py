"""Contracts, their backups, and how they are kept."""

"""Needs as tables, scenarios of them, and the plans that answer them."""

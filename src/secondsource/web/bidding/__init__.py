"""Sourcing events: asking the market, sealed bids, opening, comparison, award and debrief."""

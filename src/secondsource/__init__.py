"""secondsource plans what to make, what to buy from whom, and who stands by, as one problem, with proof."""

__version__ = "0.1.0"

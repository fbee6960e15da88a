"""The best plan, with proof."""

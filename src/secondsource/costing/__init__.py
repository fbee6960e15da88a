"""What a choice costs, part by part."""

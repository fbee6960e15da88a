"""The team's register of suppliers: what is known of each, and how it is known."""

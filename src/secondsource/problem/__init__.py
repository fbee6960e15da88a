"""What must be decided and what was decided: the tables of FORMAT.md and the plan, as values."""

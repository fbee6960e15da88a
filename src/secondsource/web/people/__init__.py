"""People, teams and roles, and what each role may do."""

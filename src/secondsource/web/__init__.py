"""The workspace: needs, plans, suppliers and contracts of a team, in a browser; the only room that knows Django."""

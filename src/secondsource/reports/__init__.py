"""Plans for people: a page on the terminal, a report as one HTML file; not for deciding anything."""

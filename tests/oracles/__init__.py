"""The independent judge of the optimiser, written from the published format alone; it never imports the package."""

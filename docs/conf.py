"""How Sphinx builds the documentation: Markdown in, HTML out, nothing fetched from the network."""

from secondsource import __version__

project = "secondsource"
author = "The secondsource authors"
copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "secondsource"

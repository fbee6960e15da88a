"""How Sphinx builds the documentation: Markdown in, HTML out, nothing fetched from the network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference_pages import expand

from secondsource import __version__

project = "secondsource"
author = "The secondsource authors"
copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "secondsource"


def setup(app):
    """Fill in what the reference takes from the program."""

    def fill_in(app, page, source):
        if page.startswith("reference/"):
            source[0] = expand(source[0])

    app.connect("source-read", fill_in)

"""How Sphinx makes the site: MyST reads our Markdown as it is, Furo lays it out."""

project = "modelgate"
html_title = "modelgate"
extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}

smartquotes = False  # what one types stays what one types

# Headings are anchors, named as the hosts of repositories name them.
myst_heading_anchors = 4

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
# What is copied from a block of a console is what one types.
copybutton_prompt_text = r"\$ |> "
copybutton_prompt_is_regexp = True

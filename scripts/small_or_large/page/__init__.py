"""The page: report.html, one file that answers first and explains after.

`contents` gathers what a study's results say, `plots` draws it as inline SVG, `render` puts both into the
template.
"""

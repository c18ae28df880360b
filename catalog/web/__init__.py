"""Pages: HTML over the same values as the command line, without a server and without a network.

    values (catalog.review, catalog.graphs) → parts (files/*.html) → page → one self-contained file

`page.render` makes a page of a template in files/. Every text is escaped, and signs that nobody sees are replaced.
"""

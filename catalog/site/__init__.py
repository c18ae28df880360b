"""What a catalogue offers, as values: products, portfolios, who may launch what, service actions, changes.

    repository → read_offer → site → catalog.web.site_pages → files

No markup is made here, and nothing is written. `catalog.review` compares two states; here is one: what is released.
"""

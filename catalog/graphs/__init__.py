"""Graphs: of the resources of a product, and of who launches what through a portfolio.

    template or portfolios → Graph → SVG, Mermaid or DOT

Only `layout` needs a library (ADR 49). Texts of AWS, YAML and products are neutralised in every form.
"""

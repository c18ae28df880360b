"""What the products of this catalogue share: parameters and tags, the key of a product, policies, and the template."""

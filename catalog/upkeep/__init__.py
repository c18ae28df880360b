"""Looking after what is published: prune, adopt, status."""

"""Provisioned products: launching one, and running its service actions."""

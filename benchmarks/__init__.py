"""Measurements beside peers and on real texts; nothing in the service imports them."""

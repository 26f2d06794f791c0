"""Distinct social workers in the year, as the Department for Education counts them."""

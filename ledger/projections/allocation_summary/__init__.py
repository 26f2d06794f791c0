"""Who holds each child, for how long, and how its open days were held."""

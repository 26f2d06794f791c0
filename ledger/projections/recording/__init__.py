"""How soon things were written down after they happened."""

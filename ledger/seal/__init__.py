"""The seal: leaves, the Merkle tree over them, and what proves them. Pure functions over bytes, without I/O."""

"""Which entry answers a reading, and how probably."""

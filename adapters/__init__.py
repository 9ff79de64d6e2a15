"""The rims: each adapter translates one place where people talk into the core's values and back."""

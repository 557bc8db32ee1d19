"""Letters: what they are made of, how they become mail, and what may be wrong with them."""

"""What a payment provider has to be able to do, and the ones we know."""

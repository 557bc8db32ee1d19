"""This shop beside stock Oscar, measured from outside: `make bench`."""

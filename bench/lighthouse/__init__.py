"""Google's Lighthouse on the pages of the demo shop."""

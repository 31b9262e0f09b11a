"""Looking into files that were handed in, before anybody is given them."""

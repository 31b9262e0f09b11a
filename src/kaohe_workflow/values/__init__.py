"""What things are: code lists, identity numbers, windows, parameters, citations. Pure values, no I/O."""

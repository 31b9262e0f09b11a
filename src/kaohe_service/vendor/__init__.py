"""Files of others, unchanged; each folder with its licence and checksums."""

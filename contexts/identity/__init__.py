"""Identity: who somebody is and what they may do. Others import its `published` alone."""

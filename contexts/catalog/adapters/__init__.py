"""What catalog needs of the world outside: a place for the files of its pictures."""

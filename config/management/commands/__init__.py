"""One module for each command. Must not go here: code that something else than the command needs."""

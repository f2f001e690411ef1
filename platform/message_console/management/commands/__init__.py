"""One module for each command. Must not go here: queries and interventions; they are modules of the console."""

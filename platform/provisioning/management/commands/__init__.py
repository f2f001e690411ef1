"""One module for each command. Must not go here: the statements themselves (`provisioning.provision`)."""

"""The engine and the service beside their peers, on the same tokens, in one run: speed, size, memory."""

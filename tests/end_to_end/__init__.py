"""The whole program as a user meets it: real processes, real servers, loopback only."""

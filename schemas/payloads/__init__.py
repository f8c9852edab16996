"""What upstreams publish, as they publish it: one module a payload. Unknown optional fields are allowed."""
